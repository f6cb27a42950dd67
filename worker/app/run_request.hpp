// The body of POST /v1/run: a lease with defaults for everything left out. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "worker/engine/program.hpp"
#include "worker/protocol/messages.hpp"

namespace flowyard::worker::app {

// The program's name where a request gives none, and of a program sent in the request.
inline constexpr const char* kDefaultProgram = "default";
inline constexpr const char* kPostedProgram = "posted";

struct RunRequest {
  protocol::LeaseGrant lease;
  std::string program_bytes;  // of `program_base64`, else empty
  bool all_outputs = false;   // `outputs` was left out
  bool all_outcomes = false;  // `outcomes` was left out
};

Result<RunRequest> read_run_request(std::string_view body);

// Requests all outputs and outcomes of the program where the request names none.
void ask_for_all(RunRequest& request, const engine::Program& program);

}  // namespace flowyard::worker::app
