#include "controller/cli/listing.hpp"

#include "controller/cli/failure.hpp"
#include "controller/wire/views.hpp"

namespace flowyard::controller::cli {
namespace {

template <class View>
async::Task<std::vector<View>> all_pages(Session& session, std::string path,
                                         Result<wire::Page<View>> (*read)(std::string_view)) {
  std::vector<View> views;
  std::string cursor;
  do {
    std::string page_path = path;
    if (!cursor.empty()) page_path += "&cursor=" + cursor;
    const auto body = co_await session.connection.get(std::move(page_path));
    auto page = value_or_fail(read(body));
    views.insert(views.end(), std::make_move_iterator(page.items.begin()),
                 std::make_move_iterator(page.items.end()));
    cursor = http::percent_encode(page.next);
  } while (!cursor.empty());
  co_return views;
}

}  // namespace

async::Task<std::vector<domain::WorkerView>> all_workers(Session& session, std::string query) {
  return all_pages<domain::WorkerView>(session, "/api/v1/workers?limit=1000" + query,
                                       wire::workers_from_json);
}

async::Task<std::vector<domain::ExperimentView>> all_experiments(Session& session, std::string query) {
  return all_pages<domain::ExperimentView>(session, "/api/v1/experiments?limit=1000" + query,
                                           wire::experiments_from_json);
}

}  // namespace flowyard::controller::cli
