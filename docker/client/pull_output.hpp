// PullOutput: the result of a pull's stream of messages: the bytes of all layers together, and the failure,
// which is a message in the stream of a 200 response. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "docker/client/images.hpp"
#include "docker/client/json_lines.hpp"

namespace flowyard::docker {

class PullOutput {
 public:
  void feed(std::string_view piece);
  void finish();

  PullProgress progress() const;
  const std::string& failure() const { return failure_; }  // empty: none

 private:
  void take_all();
  void take(const std::string& line);
  void take_layer(const std::string& id, std::string_view status, const nlohmann::json& detail);

  JsonLines lines_;
  struct Layer {
    std::int64_t done = 0, total = 0;  // bytes; 0: not known yet
    bool fetched = false, ready = false;
  };
  std::map<std::string, Layer> layers_;  // by id
  std::string failure_;
};

}  // namespace flowyard::docker
