// The credentials that the Docker command line has for a registry: `docker login` keeps them in config.json,
// or a helper of the user's does. Read where the user is, for the one registry of an experiment's image.
#pragma once

#include <string>

#include "common/base/log.hpp"
#include "controller/cli/environment.hpp"

namespace flowyard::controller::cli {

struct RegistryCredentials {
  Secret auth;          // as X-Registry-Auth of the Docker Engine API has it; empty: there are none
  std::string trouble;  // why they could not be had, for people; empty: nothing is wrong
};

// `image`: as an experiment names it. Reads config.json in DOCKER_CONFIG, or else in ~/.docker.
RegistryCredentials credentials_for(const std::string& image, const CliEnvironment& environment);

}  // namespace flowyard::controller::cli
