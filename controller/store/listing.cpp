// The part of Store that lists experiments, with what is counted of them when it changes.
#include <algorithm>
#include <limits>

#include "controller/store/experiment_rows.hpp"
#include "controller/store/store.hpp"

namespace flowyard::controller::store {
namespace {

constexpr const char* kCounterColumns =
    ", done, failed, leased, retries, workers_gone, compute_seconds, start_milliseconds, not_finite";

ListedExperiment listed_from(const Statement& row) {
  const int c = kExperimentColumnCount;
  return {.row = experiment_from(row),
          .progress = {.done = row.unsigned_integer(c),
                       .failed = row.unsigned_integer(c + 1),
                       .leased = row.unsigned_integer(c + 2),
                       .retries = row.unsigned_integer(c + 3),
                       .not_finite = row.unsigned_integer(c + 7)},
          .gone = {.workers = row.unsigned_integer(c + 4),
                   .compute_seconds = row.real(c + 5),
                   .start = Milliseconds(row.integer(c + 6))}};
}

std::string listing(const char* rest) {
  return std::string("SELECT ") + kExperimentColumns + kCounterColumns +
         " FROM experiments JOIN counters ON counters.experiment = experiments.id " + rest;
}

}  // namespace

std::vector<ListedExperiment> Store::list_experiments(const ExperimentPage& page) {
  const std::string sql = page.state ? listing("WHERE id < ? AND state = ? ORDER BY id DESC LIMIT ?")
                                     : listing("WHERE id < ? ORDER BY id DESC LIMIT ?");
  auto query = database_.prepare(sql);
  query.bind(page.before ? page.before->value : std::numeric_limits<std::int64_t>::max());
  if (page.state) query.bind(to_string(*page.state));
  query.bind(static_cast<std::int64_t>(page.at_most));
  std::vector<ListedExperiment> rows;
  while (query.step()) rows.push_back(listed_from(query));
  return rows;
}

std::optional<ListedExperiment> Store::listed_experiment(ExperimentId id) {
  auto query = database_.prepare(listing("WHERE id = ?"));
  query.bind(id.value);
  return query.step() ? std::optional(listed_from(query)) : std::nullopt;
}

Progress Store::progress(ExperimentId of) {
  auto query = database_.prepare(
      "SELECT done, failed, leased, retries, not_finite FROM counters WHERE experiment = ?");
  query.bind(of.value);
  if (!query.step()) return {};
  return {.done = query.unsigned_integer(0),
          .failed = query.unsigned_integer(1),
          .leased = query.unsigned_integer(2),
          .retries = query.unsigned_integer(3),
          .not_finite = query.unsigned_integer(4)};
}

std::vector<StateTotals> Store::totals() {
  auto query = database_.prepare(
      "SELECT state, count(*), sum(done), sum(failed), sum(leased), sum(retries), sum(compute_seconds), "
      "sum(not_finite)"
      " FROM experiments JOIN counters ON counters.experiment = experiments.id GROUP BY state");
  std::vector<StateTotals> all;
  while (query.step()) {
    all.push_back(
        {.state =
             experiment::experiment_state_from(query.text(0)).value_or(experiment::ExperimentState::Failed),
         .experiments = query.unsigned_integer(1),
         .progress = {.done = query.unsigned_integer(2),
                      .failed = query.unsigned_integer(3),
                      .leased = query.unsigned_integer(4),
                      .retries = query.unsigned_integer(5),
                      .not_finite = query.unsigned_integer(7)},
         .compute_seconds = query.real(6)});
  }
  return all;
}

std::optional<ExperimentId> Store::experiment_named(const std::string& name) {
  auto query = database_.prepare("SELECT id FROM experiments WHERE name = ? ORDER BY id DESC LIMIT 1");
  query.bind(name);
  return query.step() ? std::optional(ExperimentId{query.integer(0)}) : std::nullopt;
}

std::vector<std::pair<ExperimentId, std::string>> Store::experiments_beginning(const std::string& prefix) {
  // Of the index alone; a LIKE would take % and _ for more than they are.
  auto query = database_.prepare("SELECT id, name FROM experiments WHERE substr(name, 1, length(?1)) = ?1");
  query.bind(prefix);
  std::vector<std::pair<ExperimentId, std::string>> found;
  while (query.step()) found.emplace_back(ExperimentId{query.integer(0)}, query.text(1));
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  return found;
}

}  // namespace flowyard::controller::store
