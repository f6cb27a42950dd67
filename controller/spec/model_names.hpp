// What may be set in a model, and what its variables are called. Pure functions over a loaded model.
#pragma once

#include <string>
#include <vector>

#include "controller/spec/diagnostics.hpp"
#include "controller/spec/draft.hpp"
#include "controller/spec/models.hpp"

namespace flowyard::controller::spec {

// The parameter with the model's own spelling of its name, or nothing after reporting why it cannot be set.
std::optional<domain::ParameterSpec> settable(const DraftParameter& parameter, const LoadedModel& loaded,
                                              Diagnostics& found);

// The same for time settings: that the run they describe is possible.
void check_time(const domain::TimeSettings& time, const SourcePlace& place, const LoadedModel& loaded,
                Diagnostics& found);

struct StockName {
  std::string name;
  std::size_t elements = 1;
};

// As the author wrote them, without what the compiler made for delays.
std::vector<StockName> stocks_of(const worker::model::Model& model);

}  // namespace flowyard::controller::spec
