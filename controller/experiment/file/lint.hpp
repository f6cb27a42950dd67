// lint: warnings about a valid experiment that is probably not as intended. Pure.
#pragma once

#include <string>
#include <vector>

#include "controller/experiment/file/models.hpp"
#include "controller/experiment/file/parsed_experiment.hpp"

namespace flowyard::controller::experiment::file {

// "file:line:col: ..." each, in the order of the text: axes of one value, values outside the model's own
// limits, a lognormal whose numbers are taken for those of its values, scenarios that override all that is
// random, times that no run reaches, saves that fall between steps. `experiment` is what `parsed` was
// resolved to; all models are compiled.
std::vector<std::string> lint(const ParsedExperiment& parsed, const experiment::Experiment& experiment,
                              const Models& models);

}  // namespace flowyard::controller::experiment::file
