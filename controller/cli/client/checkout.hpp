// A checkout of an experiment or a worker, written into a folder of this machine.
#pragma once

#include <cstdint>
#include <string>

#include "controller/cli/client/results.hpp"
#include "controller/cli/session.hpp"

namespace flowyard::controller::cli {

struct CheckoutOptions {
  std::string which = "@latest";
  std::string folder;
  std::string format;  // of tables; empty: as the controller does without being asked
  ResultOptions results;
  bool force = false;
};

struct WrittenCheckout {
  std::string folder;
  std::uint64_t files = 0, bytes = 0;
};

// Whole, or nothing is written. CommandFailed says what is in the way.
async::Task<WrittenCheckout> write_checkout(CheckoutOptions options, Session& session);

}  // namespace flowyard::controller::cli
