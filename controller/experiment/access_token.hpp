// AccessToken: who may ask this controller over the network, beside the bearer of the token file. The token
// itself is kept nowhere: its hash is enough to know it again.
#pragma once

#include <string>

#include "common/base/clock.hpp"

namespace flowyard::controller::experiment {

enum class Access {
  ReadOnly,  // may look at everything and change nothing
  Full,
};

struct AccessToken {
  std::string name;
  std::string hash;  // SHA-256 of the token, in hexadecimal
  Access access = Access::Full;
  TimePoint created{};
};

}  // namespace flowyard::controller::experiment
