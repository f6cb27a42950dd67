// Override: one setting of an experiment file that is replaced for a run. Plain values; any thread.
#pragma once

#include <string>
#include <vector>

namespace flowyard::controller::experiment {

// An entry of the block `overrides:`; `value` is YAML, on one line.
struct Override {
  std::string key;  // "seed", "only", ...
  std::string of;   // in a block of its own, `parameters`, `set` or `files`: which; else empty
  std::string value;

  bool operator==(const Override&) const = default;
};

using Overrides = std::vector<Override>;

}  // namespace flowyard::controller::experiment
