// What `flowyard doctor` looks at on this machine. Each check gives a value and changes nothing; none throws.
#pragma once

#include <string>
#include <vector>

#include "common/base/folders.hpp"
#include "controller/cli/environment.hpp"

namespace flowyard::controller::cli {

enum class Verdict { Ok, Warn, Fail };
const char* to_string(Verdict verdict);  // "ok", "warn", "fail"

struct Finding {
  std::string check;
  Verdict verdict = Verdict::Ok;
  std::string detail;  // what was found
  std::string advice;  // what to do; empty: nothing
};

// "/usr/bin/flowyard-worker" for "/usr/bin/flowyard": the program that the workers' image is made of.
std::string worker_program_beside(const std::string& program);

// Folders and rights, room on the disk, descriptors, clock, worker program; and the store, unless `running`
// says that a controller has it, which knows better.
enum class Running { No, Yes };
std::vector<Finding> findings_of_machine(const Folders& folders, const std::string& program, TimePoint now,
                                         Running running);

// What an Engine said, as a finding. `needed`: without it no experiment runs; otherwise it is only missed.
enum class Needed { No, Yes };
std::vector<Finding> findings_of_engine(const Result<EngineReport>& report, Needed needed);

}  // namespace flowyard::controller::cli
