// The table of results of an experiment, fetched page by page and shown. A screen gets the first rows and the
// last, a program all of them, of which never more than a page is in memory.
#pragma once

#include <optional>
#include <string>

#include "controller/cli/session.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::cli {

// What of the table is wanted: results/table_query.hpp says what the words mean.
struct ResultOptions {
  std::string where, sort, columns;
  std::optional<std::uint64_t> limit;

  bool any() const { return !where.empty() || !sort.empty() || !columns.empty() || limit; }
};

// The experiment, its results, and what its containers did; as CSV the results alone. `body`: the answer to
// GET experiments/{which}.
async::Task<service::ExperimentDetail> show_experiment(Session& session, std::string body,
                                                       ResultOptions options, Format format);

}  // namespace flowyard::controller::cli
