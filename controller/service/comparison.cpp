// The part of ControllerService that holds the results of two experiments against each other.
#include "controller/results/comparison.hpp"

#include "controller/service/controller_service.hpp"
#include "controller/service/result_blocks.hpp"
#include "controller/service/run_input.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;

namespace {

service::DifferenceView difference_view(const results::Difference& one) {
  return {.name = one.name,
          .kind = one.kind,
          .absolute = one.absolute,
          .relative = one.relative,
          .scenario = one.scenario,
          .element = one.element,
          .time = one.time,
          .first = one.first,
          .second = one.second,
          .compared = one.compared};
}

bool is_same(const std::vector<worker::engine::Column>& a, const std::vector<worker::engine::Column>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.name == y.name && x.elements == y.elements && x.values == y.values;
  });
}

// Whether the same went in. Random draws are the same where the seed and the design are.
void check_alike(const experiment::file::LoadedExperiment& one,
                 const experiment::file::LoadedExperiment& other, service::ComparisonView& view) {
  constexpr std::uint64_t kMostChecked = 500;
  const auto one_space = experiment::design::ScenarioSpace::create(one.experiment);
  const auto other_space = experiment::design::ScenarioSpace::create(other.experiment);
  if (!one_space || !other_space) return;
  const auto size = std::min(one_space->size(), other_space->size());
  view.checked = std::min(size, kMostChecked);
  for (std::uint64_t i = 0; i < view.checked; ++i) {
    const auto scenario = i * size / view.checked;
    const auto a = input_of(one.experiment, *one_space, {scenario, 1});
    const auto b = input_of(other.experiment, *other_space, {scenario, 1});
    if (!is_same(a.parameters, b.parameters) || !is_same(a.initials, b.initials)) ++view.unlike;
  }
}

}  // namespace

// The block that holds the scenario, else the first behind it; empty at the end.
Task<results::ResultBlock> ControllerService::block_from(ExperimentId id, std::uint64_t scenario) {
  auto read = [id, scenario](store::Store& store) {
    auto row = store.chunk_with(id, scenario);
    return row ? row : store.next_chunk(id, scenario);
  };
  auto row = co_await store_.run(std::move(read));
  if (!row) co_return results::ResultBlock{};
  auto decode = [&row] { return block_of(*row, ""); };
  auto block = co_await results_pool_.run(std::move(decode));
  if (!block) throw ErrorException(block.error());
  co_return std::move(*block);
}

Task<Result<service::ComparisonView>> ControllerService::compare(ExperimentId first, ExperimentId second) {
  service::ComparisonView view;
  std::vector<std::uint64_t> sizes;  // of the whole designs, of which a run may be a part
  std::vector<Reading> readings;
  for (const auto id : {first, second}) {
    const auto row = co_await store_.run([id](store::Store& store) { return store.listed_experiment(id); });
    if (!row) co_return failure(ErrorCode::NotFound, "there is no experiment " + to_string(id));
    (id == first ? view.first : view.second) = row->row.name;
    (id == first ? view.first_scenarios : view.second_scenarios) = row->row.scenarios;
    const auto reading = co_await reading_of(id);
    const auto space = reading ? experiment::design::ScenarioSpace::create(reading->experiment)
                               : Result<experiment::design::ScenarioSpace>(invalid("it cannot be read"));
    sizes.push_back(space ? space->size() : row->row.scenarios);
    readings.push_back(reading);
  }
  if (sizes.front() != sizes.back())
    co_return invalid("'" + view.first + "' has " + std::to_string(sizes.front()) + " scenarios and '" +
                      view.second + "' " + std::to_string(sizes.back()) +
                      ": only results of the same scenarios can be compared");
  if (readings.front() && readings.back()) check_alike(*readings.front(), *readings.back(), view);
  results::Comparison comparison;
  results::ResultBlock one, other;
  for (std::uint64_t from = 0;;) {
    if (from >= one.range.end()) one = co_await block_from(first, from);
    if (from >= other.range.end()) other = co_await block_from(second, from);
    if (one.range.count == 0 || other.range.count == 0) break;
    const auto both = overlap(one.range, other.range);
    from = both.count > 0 ? both.end() : std::max(one.range.first, other.range.first);
    if (both.count == 0) continue;
    auto add = [&] { return comparison.add(one, other, both); };
    view.same_times &= co_await results_pool_.run(std::move(add));
  }
  view.compared = comparison.scenarios();
  for (const auto& difference : comparison.differences())
    view.differences.push_back(difference_view(difference));
  co_return view;
}

}  // namespace flowyard::controller::service
