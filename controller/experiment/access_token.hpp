// AccessToken: a token that authenticates clients over the network, in addition to the one in the token file.
// Only its hash is stored.
#pragma once

#include <string>

#include "common/base/clock.hpp"
#include "controller/experiment/budget.hpp"

namespace flowyard::controller::experiment {

enum class Access {
  ReadOnly,  // may read everything and change nothing
  Full,
};

struct AccessToken {
  std::string name;
  std::string hash;  // SHA-256 of the token, in hexadecimal
  Access access = Access::Full;
  TimePoint created{};
  Budget budget = {};  // of all that is started with it
};

// On which what is started with a token goes.
inline std::string token_account(const std::string& name) {
  return "token " + name;
}

}  // namespace flowyard::controller::experiment
