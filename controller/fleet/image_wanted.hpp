// What an experiment says of the image that its program runs in, and what was found. Plain values.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/base/log.hpp"
#include "controller/experiment/runner.hpp"

namespace flowyard::controller::fleet {

// Of an image that is built.
struct ImageRecipe {
  std::string folder;                          // as the experiment names it
  std::shared_ptr<const std::string> context;  // what is in it, as tar; shared with the experiment
  std::string dockerfile;                      // within it
  std::vector<std::string> bases;              // images that it is made from
};

struct ImageWanted {
  std::string image;  // as the experiment names it; of one that is built, the name of its content
  experiment::Pull pull = experiment::Pull::Missing;
  std::string ran = {};  // ImageFound::ran of before: a digest is taken again, whatever the tag has become
  Secret registry_auth;  // X-Registry-Auth of the Docker Engine API; empty: nobody in particular
  bool needs_login = false;                // credentials came with it once: without them it is not asked for
  std::optional<ImageRecipe> recipe = {};  // it is built; `pull` and the credentials are for its bases
};

struct ImageFound {
  std::string id;   // that containers are made from
  std::string ran;  // for the record: "name@sha256:...", or the id of an image that no registry has
};

// "43 of 120 MB"; called as it comes on.
using FetchSink = std::function<void(std::string how_far)>;

// The controller was started anew since credentials were given, and keeps them in memory only.
class CredentialsNeeded : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A registry is out of reach, or too busy.
class RegistryAway : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace flowyard::controller::fleet
