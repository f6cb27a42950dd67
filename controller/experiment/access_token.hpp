// AccessToken: a token that authenticates clients over the network, in addition to the one in the token file.
// Only its hash is stored.
#pragma once

#include <string>

#include "common/base/clock.hpp"

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
};

}  // namespace flowyard::controller::experiment
