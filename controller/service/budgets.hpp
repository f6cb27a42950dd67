// What is started within the budgets of who starts it. Each runs as one job of the store thread, so that
// nobody takes meanwhile what was counted on.
#pragma once

#include "controller/store/store.hpp"

namespace flowyard::controller::service {

// Limit, with what would be exceeded of which budget.
Result<void> check_budgets(store::Store& store, const std::vector<experiment::Charge>& charges,
                           const experiment::Spending& cost);

// Stores the experiment and its cost. A key that is known starts nothing and costs nothing.
Result<store::Store::Added> add_within_budgets(store::Store& store, const store::ExperimentRow& row,
                                               const std::vector<experiment::Charge>& charges,
                                               const experiment::Spending& cost);

}  // namespace flowyard::controller::service
