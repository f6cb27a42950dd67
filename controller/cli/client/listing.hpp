// Whole listings, fetched page by page.
#pragma once

#include "controller/cli/session.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::cli {

// `query`: further parameters, each beginning with "&".
async::Task<std::vector<service::WorkerView>> all_workers(Session& session, std::string query);
async::Task<std::vector<service::ExperimentView>> all_experiments(Session& session, std::string query);

}  // namespace flowyard::controller::cli
