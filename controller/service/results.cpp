// The part of ControllerService that tells what came of an experiment.
#include "controller/service/controller_service.hpp"
#include "controller/service/result_blocks.hpp"
#include "controller/service/shell_word.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;

namespace {

constexpr std::size_t kMostLines = 1'000;

}  // namespace

Task<Result<service::ExperimentDetail>> ControllerService::experiment(ExperimentId id) {
  auto view = co_await progress(id);
  if (!view) co_return view.error();
  service::ExperimentDetail detail;
  static_cast<service::ExperimentView&>(detail) = std::move(*view);
  const std::string name = detail.name;
  const auto reading = co_await reading_of(id);
  if (!reading) co_return detail;
  const auto space = experiment::design::ScenarioSpace::create(reading->experiment);
  if (!space) co_return detail;
  std::map<experiment::WorkerId, std::string> names;
  for (const auto& worker : co_await workers_of(id)) names[worker.id] = worker.name;
  Summaries summaries(reading->experiment, *space);
  std::uint64_t next = 0;
  for (;;) {
    auto chunk = co_await store_.run([=](store::Store& store) { return store.next_chunk(id, next); });
    if (!chunk) break;
    next = chunk->range.end();
    auto add = [&] {
      if (const auto block = block_of(*chunk, names[chunk->worker])) summaries.add(*block);
    };
    co_await results_pool_.run(std::move(add));
  }
  auto sum_up = [&] {
    detail.summaries = summaries.lines(kMostLines);
    detail.outcomes = summaries.outcomes();
  };
  co_await results_pool_.run(std::move(sum_up));
  const std::string quoted = shell_word(name);
  detail.where = {"results: flowyard checkout " + quoted + " -o " + shell_word(name + "-results")};
  if (!detail.summaries.empty())
    detail.where.push_back("a log: flowyard log " + detail.summaries.front().worker);
  if (detail.failed > 0) detail.where.push_back("what failed: flowyard why " + quoted);
  co_return detail;
}

}  // namespace flowyard::controller::service
