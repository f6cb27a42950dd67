// PullOutput: the result of a pull's stream of messages: the bytes of all layers together, and the failure,
// which is a message in the stream of a 200 response. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "docker/client/images.hpp"
#include "docker/client/json_lines.hpp"

namespace flowyard::docker {

class PullOutput {
 public:
  void feed(std::string_view piece);
  void finish();

  // Layers whose size is not known yet are left out.
  PullProgress progress() const;
  const std::string& failure() const { return failure_; }  // empty: none

 private:
  void take_all();
  void take(const std::string& line);

  JsonLines lines_;
  std::map<std::string, PullProgress> layers_;  // by id
  std::string failure_;
};

}  // namespace flowyard::docker
