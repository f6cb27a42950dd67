// resolve: a ParsedExperiment and its compiled models to an Experiment: names checked against the models and
// given the models' spelling, overrides merged, defaults filled in. One thread.
#pragma once

#include "controller/experiment/experiment.hpp"
#include "controller/experiment/file/models.hpp"
#include "controller/experiment/file/parsed_experiment.hpp"
#include "controller/model/diagnostics.hpp"

namespace flowyard::controller::experiment::file {

// The requested outputs, or by default every stock, and the last value of each that is a scalar. Names of
// variables are checked against all models.
experiment::Outputs resolve_outputs(const ParsedOutputs& parsed, const Models& models, bool has_regions,
                                    model::Diagnostics& found);

// `numbers` has the model of each scenario, or for an experiment without scenarios one entry.
experiment::Experiment resolve(const ParsedExperiment& parsed, const std::vector<std::uint32_t>& numbers,
                               const Models& models, model::Diagnostics& found);

}  // namespace flowyard::controller::experiment::file
