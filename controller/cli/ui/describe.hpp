// How experiments and workers look on the screen, shared by run, show, watch and list.
#pragma once

#include "controller/cli/failure.hpp"
#include "controller/cli/session.hpp"
#include "controller/cli/ui/table.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::cli {

// "Scenarios     60", the labels aligned.
void print_field(Terminal& terminal, const std::string& label, const std::string& value);

Color color_of_status(const std::string& status);

// One line for each named scenario as each worker ran it: CONTAINER TITLE SCENARIO PARAMETERS RUNS TOTAL
// PER RUN, then the mean of each outcome.
Table summary_table(const service::ExperimentDetail& detail);
// OUTCOME COUNT MEAN SD MIN P05 MEDIAN P95 MAX, over all scenarios.
Table outcome_table(const service::ExperimentDetail& detail);

// Everything about an experiment that has ended or goes on.
void print_experiment(Terminal& terminal, const service::ExperimentDetail& detail, Format format);

// Where its results and logs are, and the command for them.
void print_where(Terminal& terminal, const service::ExperimentDetail& detail);

ExitCode exit_code_of(experiment::ExperimentState state);

}  // namespace flowyard::controller::cli
