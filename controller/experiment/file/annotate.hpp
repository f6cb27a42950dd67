// What models say of their variables, and what follows from it for the outcomes. Pure.
#pragma once

#include "controller/experiment/annotations.hpp"
#include "controller/experiment/outputs.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::experiment::file {

void annotate(experiment::Annotations& annotations, const model::Model& model);

// After the models: an outcome that is a plain statistic of one variable has its units, a time those of time.
void annotate(experiment::Annotations& annotations, const experiment::Outputs& outputs);

}  // namespace flowyard::controller::experiment::file
