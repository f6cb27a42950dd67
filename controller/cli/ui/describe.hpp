// How experiments and workers look on the screen, shared by run, show, watch and list.
#pragma once

#include "controller/cli/failure.hpp"
#include "controller/cli/session.hpp"
#include "controller/cli/ui/table.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::cli {

// "Scenarios     60", the labels aligned.
void print_field(Terminal& terminal, const std::string& label, const std::string& value);

// The same, at most a line of a terminal long.
void print_line(Terminal& terminal, const std::string& label, const std::string& value);

Color color_of_status(const std::string& status);

// State, counts and times of an experiment.
void print_head(Terminal& terminal, const service::ExperimentView& view);

// CONTAINER TITLE SCENARIO ITERATIONS TOTAL TIME, PER ITERATION of each container, where they are few; else
// how to list them.
void print_containers(Terminal& terminal, const service::ExperimentDetail& detail);

// Where its results and logs are, and the command for them.
void print_where(Terminal& terminal, const service::ExperimentDetail& detail);

// Workers for a spreadsheet: numbers as numbers, times as ISO 8601.
std::string workers_csv(const std::vector<service::WorkerView>& views);

ExitCode exit_code_of(experiment::ExperimentState state);

}  // namespace flowyard::controller::cli
