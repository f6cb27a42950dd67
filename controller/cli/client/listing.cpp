#include "controller/cli/client/listing.hpp"

#include "controller/cli/failure.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

template <class View>
async::Task<std::vector<View>> all_pages(Session& session, std::string path,
                                         Result<rest::Page<View>> (*read)(std::string_view)) {
  std::vector<View> views;
  std::string cursor;
  do {
    std::string page_path = path;
    if (!cursor.empty()) page_path += "&cursor=" + cursor;
    const auto body = co_await session.connection.get(std::move(page_path));
    auto page = value_or_fail(read(body));
    views.insert(views.end(), std::make_move_iterator(page.items.begin()),
                 std::make_move_iterator(page.items.end()));
    cursor = page.next ? http::percent_encode(*page.next) : "";
  } while (!cursor.empty());
  co_return views;
}

}  // namespace

async::Task<std::vector<service::WorkerView>> all_workers(Session& session, std::string query) {
  return all_pages<service::WorkerView>(session, "/api/v1/workers?limit=1000" + query,
                                        rest::workers_from_json);
}

async::Task<std::vector<service::ExperimentView>> all_experiments(Session& session, std::string query) {
  return all_pages<service::ExperimentView>(session, "/api/v1/experiments?limit=1000" + query,
                                            rest::experiments_from_json);
}

}  // namespace flowyard::controller::cli
