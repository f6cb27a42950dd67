// How a row of `experiments` is read, for the parts of Store that do.
#pragma once

#include "controller/store/rows.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::store {

inline constexpr const char* kExperimentColumns =
    "id, name, state, reason, cancel_wanted, submitted, finished, scenarios, fleet, "
    "idempotency_key, file_name, overrides, pause_wanted, round, resumed, image, image_ran, needs_login";
inline constexpr int kExperimentColumnCount = 18;

// Reads the columns above.
ExperimentRow experiment_from(const Statement& row);

}  // namespace flowyard::controller::store
