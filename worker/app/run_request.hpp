// The body of POST /v1/run: a lease with everything that a person would rather leave out filled in. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "worker/engine/program.hpp"
#include "worker/protocol/messages.hpp"

namespace flowyard::worker::app {

// The program's name where a request gives none, and of the one that a request carries.
inline constexpr const char* kDefaultProgram = "default";
inline constexpr const char* kPostedProgram = "posted";

struct RunRequest {
  protocol::LeaseGrant lease;
  std::string program_bytes;  // of `program_base64`, else empty
  bool all_outputs = false;   // `outputs` was left out
  bool all_outcomes = false;  // `outcomes` was left out
};

Result<RunRequest> read_run_request(std::string_view body);

// Asks for everything the program has where the request left it open.
void ask_for_all(RunRequest& request, const engine::Program& program);

}  // namespace flowyard::worker::app
