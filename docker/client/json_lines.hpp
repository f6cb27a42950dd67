// JsonLines: cuts a stream of JSON objects, one a line, into lines. Pure.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace flowyard::docker {

class JsonLines {
 public:
  void feed(std::string_view piece);
  // Marks the end of input: what is left counts as a line.
  void finish();
  // The next line that is not empty.
  std::optional<std::string> next();

 private:
  void take(std::string line);

  std::string begun_;
  std::deque<std::string> lines_;
};

}  // namespace flowyard::docker
