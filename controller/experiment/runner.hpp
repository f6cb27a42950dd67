// What computes an experiment's scenarios where it is not the engine: a program of the user's. Plain values;
// any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controller/experiment/parameter.hpp"

namespace flowyard::controller::experiment {

enum class RunnerMode {
  Once,    // a process for each scenario
  Stream,  // one for many: a JSON line in, a JSON line out
};

// When an image is fetched from its registry.
enum class Pull { Missing, Always, Never };

// The image of PySD, as docker/images/pysd makes it.
inline constexpr const char* kPysdImage = "flowyard-pysd:3.14.3";

// The name of images that are built; its tag is of their content.
inline constexpr const char* kBuiltImage = "flowyard-built";

// An image that is built from a folder beside the experiment.
struct ImageBuild {
  std::string folder;  // as the experiment names it; in the bundle under folder_as_file() of it
  std::string dockerfile = "Dockerfile";  // within it
  std::vector<std::string> bases = {};    // images that it is made from, as the Dockerfile names them

  bool operator==(const ImageBuild&) const = default;
};

struct Runner {
  bool pysd = false;                 // the model is run by PySD; the rest says how
  std::string image;                 // empty: the worker's own, which holds nothing to run
  std::optional<ImageBuild> build;   // then `image` is the name of its content
  std::vector<std::string> command;  // at least the program
  RunnerMode mode = RunnerMode::Once;
  std::vector<std::string> files;     // of the bundle, for the program
  std::vector<ParameterSpec> inputs;  // its parameters and their values where the experiment sets none
  Pull pull = Pull::Missing;
  std::map<std::string, std::string> env;
  bool interpolate = false;  // series at other times than the saved ones are interpolated linearly

  bool trace = false;  // what goes in and comes out is logged

  bool operator==(const Runner&) const = default;
};

// The image of which a registry may want credentials; empty: none. Of several bases the first.
inline std::string image_of_registry(const Runner& runner) {
  if (!runner.build) return runner.image;
  return runner.build->bases.empty() ? "" : runner.build->bases.front();
}

const char* to_string(RunnerMode mode);  // "once", "stream"
const char* to_string(Pull pull);        // "missing", "always", "never"

}  // namespace flowyard::controller::experiment
