// Settings (`-p demand={0: 10, 50: 20}`) that feed a data variable of the model, before it is compiled. Pure.
#pragma once

#include "controller/cli/model/settings.hpp"

namespace flowyard::controller::cli {

// A number or a series for the whole of a data variable.
bool feeds_data(const ModelSetting& setting, const model::Model& model);

// Every element gets the same; a number holds for all times.
void feed(const ModelSetting& setting, model::Model& model);

}  // namespace flowyard::controller::cli
