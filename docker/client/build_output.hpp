// BuildOutput: the result of a build's stream of messages. A failed build still answers 200; the failure is a
// message in the stream. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "docker/client/json_lines.hpp"

namespace flowyard::docker {

class BuildOutput {
 public:
  void feed(std::string_view piece);
  void finish();

  const std::string& image_id() const { return image_id_; }
  const std::string& text() const { return text_; }  // the last of it, where it is long
  // The next line of it that is whole and has not been given yet.
  std::optional<std::string> next_line();
  const std::string& failure() const { return failure_; }  // empty: none

  // The failure and the last `lines` lines of the output before it.
  std::string explain(std::size_t lines) const;

 private:
  void take_all();
  void take(const std::string& line);

  JsonLines lines_;
  std::string image_id_;
  void keep_the_last();

  std::string text_;
  std::size_t given_ = 0;  // bytes of it, by next_line()
  std::string failure_;
};

}  // namespace flowyard::docker
