#include "controller/service/budgets.hpp"

#include <algorithm>

#include "controller/service/activation.hpp"
#include "controller/service/controller_service.hpp"

namespace flowyard::controller::service {

using async::Task;

Result<void> check_budgets(store::Store& store, const std::vector<experiment::Charge>& charges,
                           const experiment::Spending& cost) {
  for (const auto& charge : charges)
    if (const auto why = experiment::exceeded(charge.budget, store.spending(charge.account), cost);
        !why.empty())
      return failure(ErrorCode::Limit, "it is over the budget of " + charge.account + ": " + why +
                                           "; ask whoever runs the controller, or take fewer samples, a "
                                           "shorter time or less output");
  return Result<void>{};
}

Result<store::Store::Added> add_within_budgets(store::Store& store, const store::ExperimentRow& row,
                                               const std::vector<experiment::Charge>& charges,
                                               const experiment::Spending& cost) {
  const bool is_known = store.knows_key(row.idempotency_key);
  if (!is_known) {
    if (auto within = check_budgets(store, charges, cost); !within) return within.error();
  }
  const auto added = store.add_experiment(row);
  if (!is_known)
    for (const auto& charge : charges) store.spend(charge.account, cost);
  return added;
}

// By a trial, where somebody's budget is about more than the number of runs.
Task<Result<experiment::Spending>> ControllerService::cost_within(std::vector<experiment::Charge> charges,
                                                                  Reading reading, std::string fleet) {
  experiment::Spending cost;
  if (charges.empty()) co_return cost;
  const bool wants_estimate = std::any_of(charges.begin(), charges.end(),
                                          [](const auto& charge) { return charge.budget.wants_estimate(); });
  auto plan = plan_of(*reading, orchestrator_.capacity(fleet), fleet);
  if (plan && wants_estimate) plan = co_await plan_for(reading, fleet);
  if (!plan) co_return plan.error();
  cost.runs = plan->scenarios;
  cost.output_bytes = plan->output_bytes;
  if (plan->seconds) cost.cpu_seconds = *plan->seconds * static_cast<double>(plan->workers_at_once);
  for (const auto& charge : charges) {
    const auto& budget = charge.budget;
    if (budget.workers && plan->workers_at_once > *budget.workers)
      co_return failure(ErrorCode::Limit, "it is over the budget of " + charge.account + ": it takes " +
                                              std::to_string(plan->workers_at_once) +
                                              " workers at once, and " + std::to_string(*budget.workers) +
                                              " are allowed; set workers.count");
    if (budget.cpu_seconds && !plan->seconds)
      co_return failure(
          ErrorCode::Limit,
          "the budget of " + charge.account +
              " limits CPU time, and how long this experiment computes is not known beforehand");
  }
  co_return cost;
}

}  // namespace flowyard::controller::service
