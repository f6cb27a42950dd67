// What may be set in a model, by the engine's own rules, so that nothing is refused first in a worker.
// Functions over a loaded and compiled model; one thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/experiment/file/models.hpp"
#include "controller/experiment/file/parsed_experiment.hpp"
#include "controller/model/diagnostics.hpp"

namespace flowyard::controller::experiment::file {

// The variable of that name, or the one that "share[north]" names an element of; nullptr if there is none.
const model::Variable* variable_named(const model::Model& model, const std::string& name);

// The parameter with the model's own spelling of its name, or nothing after reporting why it cannot be set.
std::optional<experiment::ParameterSpec> settable(const ParsedParameter& parameter, const LoadedModel& loaded,
                                                  model::Diagnostics& found);

// Reports time settings under which the model cannot run; `location` is where they are set.
void check_time(const experiment::TimeSettings& time, const FileLocation& location, const LoadedModel& loaded,
                model::Diagnostics& found);

// The same of the model's own times, each at its equation; not where one of the parameters may mend them.
void check_own_time(const std::vector<experiment::ParameterSpec>& parameters, const LoadedModel& loaded,
                    model::Diagnostics& found);

// Reports the first of the wanted times at which a run with these settings saves nothing, where that is known
// before running.
void check_output_times(const std::vector<double>& times, const experiment::TimeSettings& settings,
                        const FileLocation& location, const LoadedModel& loaded, model::Diagnostics& found);

struct StockName {
  std::string name;
  bool is_scalar = true;
};

// In the order of the model file.
std::vector<StockName> stocks_of(const model::Model& model);

}  // namespace flowyard::controller::experiment::file
