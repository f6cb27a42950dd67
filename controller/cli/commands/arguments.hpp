// Arguments that several commands take, declared once.
#pragma once

#include <string>

#include "controller/cli/client/results.hpp"
#include "controller/cli/commands/command.hpp"
#include "controller/experiment/overrides.hpp"
#include "controller/experiment/submission.hpp"

namespace flowyard::controller::cli {

// An experiment file, and what replaces a line of it.
struct SubmitOptions {
  std::string file;
  experiment::Overrides overrides;
  experiment::SubmitOptions options;
  Format format = Format::Table;
};

void add_experiment_file(Command& command, std::string& file);
// What lies over the file, and --fleet.
void add_overrides(Command& command, SubmitOptions& options);

// Adds --force, of what starts one.
void add_force(Command& command, SubmitOptions& options);

// An experiment, or a worker where `kinds` says so.
void add_which(Command& command, std::string& which, std::initializer_list<Completes> kinds);

void add_model_file(Command& command, std::string& file);

// Adds --where, --sort, --columns and --limit.
void add_results(Command& command, ResultOptions& options);

// Adds -o,--output table|json|csv.
void add_format(Command& command, Format& format);

}  // namespace flowyard::controller::cli
