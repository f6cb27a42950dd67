// What a traced scenario left in a worker's log: what went in, what came out, and what was made of it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flowyard::controller::cli {

// Each as it was written; empty where it never came so far.
struct Traced {
  std::string given;             // JSON
  std::string answered;          // JSON, or what else the program answered
  std::string understood;        // JSON
  std::vector<std::string> log;  // the program's own lines
};

// `name`: of the scenario as the log has it, "Base #0".
Traced traced_in(std::string_view log, const std::string& name);

}  // namespace flowyard::controller::cli
