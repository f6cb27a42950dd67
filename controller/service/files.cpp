// The part of ControllerService that gives away files which the programs of scenarios wrote.
#include "common/base/suggest.hpp"
#include "controller/service/checkout_under_way.hpp"

namespace flowyard::controller::service {

using async::Task;
using experiment::ExperimentId;

namespace {

constexpr std::size_t kFilesAtOnce = 1000;

}  // namespace

Task<std::vector<FileView>> ControllerService::written_files(ExperimentId id, std::optional<FilePlace> after,
                                                             std::size_t at_most) {
  auto look = [id, after, at_most](store::Store& store) {
    std::optional<store::FileRow> behind;
    if (after) behind = store::FileRow{.scenario = after->scenario, .name = after->name, .hash = {}};
    return store.files(id, behind, at_most);
  };
  const auto rows = co_await store_.run(std::move(look));
  std::vector<FileView> views;
  for (const auto& row : rows)
    views.push_back({.scenario = row.scenario, .name = row.name, .bytes = row.bytes, .sha256 = row.hash});
  co_return views;
}

Task<Result<std::string>> ControllerService::written_file(ExperimentId id, std::uint64_t scenario,
                                                          std::string name) {
  auto look = [id, scenario, name](store::Store& store) { return store.file_content(id, scenario, name); };
  auto content = co_await store_.run(std::move(look));
  if (!content)
    co_return failure(ErrorCode::NotFound,
                      "scenario " + std::to_string(scenario) + " has no file '" + name + "'");
  co_return std::move(*content);
}

Task<Result<std::string>> ControllerService::source_file(ExperimentId id, std::string path) {
  auto look = [id](store::Store& store) { return store.experiment(id); };
  auto row = co_await store_.run(std::move(look));
  if (!row) co_return failure(ErrorCode::NotFound, "there is no experiment " + to_string(id));
  if (path.empty()) co_return std::move(row->bundle.text);
  std::vector<std::string> names;
  for (auto& file : row->bundle.files) {
    if (file.path == path) co_return std::move(file.content);
    names.push_back(file.path);
  }
  co_return failure(ErrorCode::NotFound, "no file '" + path + "' was submitted with experiment " +
                                             to_string(id) + suggestion(path, names));
}

Task<> ControllerService::write_files(Checkout& out) {
  std::optional<store::FileRow> last;
  for (;;) {
    auto look = [id = out.of.id, by = out.of.worker, last](store::Store& store) {
      return store.files(id, last, kFilesAtOnce, by);
    };
    const auto rows = co_await store_.run(std::move(look));
    for (const auto& row : rows) {
      last = row;
      if (out.chosen && !out.chosen->contains(row.scenario)) continue;
      auto read = [id = out.of.id, row](store::Store& store) {
        return store.file_content(id, row.scenario, row.name);
      };
      auto content = co_await store_.run(std::move(read));
      std::string path = "files/" + std::to_string(row.scenario) + "/" + row.name;
      if (content) co_await out.write(std::move(path), std::move(*content), out.files);
    }
    if (rows.size() < kFilesAtOnce) co_return;
  }
}

}  // namespace flowyard::controller::service
