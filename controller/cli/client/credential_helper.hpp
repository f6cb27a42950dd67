// What a credential helper of the Docker command line (docker-credential-NAME) knows of a registry. It runs
// as the user, with the user's environment; nobody else's helper is ever run.
#pragma once

#include <string>

#include "common/base/log.hpp"
#include "common/base/result.hpp"

namespace flowyard::controller::cli {

struct HelperAnswer {
  std::string user;
  Secret secret;  // empty: it knows nothing of that registry
};

// Asks it (`get`) and waits for its answer, at most `limit`; then it is killed. Invalid with the reason where
// there is no such helper, or it fails.
Result<HelperAnswer> ask_helper(const std::string& name, const std::string& registry, Milliseconds limit);

}  // namespace flowyard::controller::cli
