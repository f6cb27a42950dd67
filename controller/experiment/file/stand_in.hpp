// The model that stands in for a program of the user's: a constant for each of its parameters and for each
// series that it gives, so that names are checked, time is laid out and outcomes are compiled as for any
// model. A worker feeds the series with what the program answered. Pure; one thread.
#pragma once

#include <string>
#include <vector>

#include "controller/experiment/file/parsed_experiment.hpp"
#include "controller/model/diagnostics.hpp"
#include "controller/model/model.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::controller::experiment::file {

struct StandIn {
  model::Model model;
  std::vector<std::string> series;  // those that the program gives
};

// Reports what cannot be so: a name that is both a parameter and a series, series without an end of time.
StandIn stand_in(const ParsedExperiment& parsed, model::Diagnostics& found);

// The same of a model that another simulator runs: what outcomes and series are made of, with its subscripts.
// `program` is the model compiled.
StandIn stand_in(const model::Model& model, const worker::engine::Program& program,
                 const experiment::Outputs& outputs);

// An outcome that is no more than a name which is none of the parameters: the program computes it itself.
bool is_given_by_program(const ParsedExperiment& parsed, const std::string& expression);

}  // namespace flowyard::controller::experiment::file
