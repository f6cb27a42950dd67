#include "controller/cli/client/results.hpp"

#include <algorithm>
#include <functional>

#include "common/base/shell_word.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/describe.hpp"
#include "controller/cli/ui/results_table.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/result_page.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

using Request = results::TableRequest;

// Rows of a table for people, where nobody said how many.
constexpr std::uint64_t kOnAScreen = 20, kInAPipe = 1'000;
constexpr std::uint64_t kLastRows = 5;

async::Task<service::ResultPage> fetch(Session& session, experiment::ExperimentId id, Request request) {
  std::string query = "/results?limit=" + std::to_string(request.limit);
  const auto add = [&query](const char* key, const std::string& value) {
    if (!value.empty()) query += std::string("&") + key + "=" + http::percent_encode(value);
  };
  add("where", request.where);
  add("sort", request.sort);
  add("columns", request.columns);
  add("cursor", request.cursor);
  const auto body = co_await session.connection.get(path_of("experiments", to_string(id), query));
  co_return value_or_fail(rest::result_page_from_json(body));
}

using UsePage = std::function<void(const service::ResultPage&)>;

// Hands every page to `use`, until `limit` rows are there.
async::Task<> fetch_all(Session& session, experiment::ExperimentId id, ResultOptions options,
                        const UsePage& use) {
  Request request{.where = options.where, .sort = options.sort, .columns = options.columns};
  std::uint64_t left = options.limit.value_or(UINT64_MAX);
  do {
    request.limit = static_cast<std::size_t>(std::min<std::uint64_t>(left, Request::kLargestPage));
    const auto page = co_await fetch(session, id, request);
    use(page);
    left -= page.rows.size();
    request.cursor = page.next.value_or("");
  } while (!request.cursor.empty() && left > 0);
}

async::Task<> print_csv(Session& session, experiment::ExperimentId id, ResultOptions options) {
  bool has_begun = false;
  const UsePage print = [&](const service::ResultPage& page) {
    if (!std::exchange(has_begun, true)) session.terminal.out() << results_csv_heading(page);
    session.terminal.out() << results_csv(page);
  };
  co_await fetch_all(session, id, std::move(options), print);
}

// The members of the experiment, and after them `columns` and `rows`, a line for each row.
async::Task<> print_json(Session& session, const service::ExperimentDetail& detail, ResultOptions options) {
  auto& out = session.terminal.data();
  auto members = rest::indented(rest::to_json(detail));
  members.erase(members.find_last_not_of("\n}") + 1);
  bool has_begun = false, has_rows = false;
  const UsePage print = [&](const service::ResultPage& page) {
    if (!std::exchange(has_begun, true))
      out << members << ",\n  \"columns\": " << rest::columns_json(page) << ",\n  \"rows\": [";
    for (const auto& row : rest::rows_json(page)) {
      out << (std::exchange(has_rows, true) ? ",\n    " : "\n    ") << row;
    }
  };
  co_await fetch_all(session, detail.id, std::move(options), print);
  out << (has_rows ? "\n  ]\n}\n" : "]\n}\n");
}

// The rows that a person is shown, and what is said of the others.
struct Shown {
  service::ResultPage page;
  std::size_t gap_after = 0;
  bool is_all = true;
  std::optional<std::uint64_t> more;  // rows that are not shown, where that is known
};

async::Task<Shown> fetch_ends(Session& session, experiment::ExperimentId id, ResultOptions options) {
  Shown shown;
  const auto most = session.terminal.out_is_terminal() ? kOnAScreen : kInAPipe;
  Request request{.where = options.where, .sort = options.sort, .columns = options.columns};
  request.limit = most;
  shown.page = co_await fetch(session, id, request);
  auto& rows = shown.page.rows;
  if (!shown.page.next) co_return shown;
  shown.is_all = false;
  // The last ones are the first from the end; of rows sorted otherwise the first are what was asked for.
  if (options.sort.empty()) {
    request.sort = "-row";
    request.limit = kLastRows;
    auto last = co_await fetch(session, id, request);
    shown.gap_after = most - kLastRows;
    rows.resize(shown.gap_after);
    std::move(last.rows.rbegin(), last.rows.rend(), std::back_inserter(rows));
  }
  if (shown.page.total) shown.more = *shown.page.total - rows.size();
  co_return shown;
}

std::string show_command(const service::ExperimentView& view, const ResultOptions& options) {
  std::string command = "flowyard show " + shell_word(view.name);
  const auto add = [&command](const char* option, const std::string& value) {
    if (!value.empty()) command += std::string(" ") + option + " " + shell_word(value);
  };
  add("--where", options.where);
  add("--sort", options.sort);
  add("--columns", options.columns);
  return command;
}

void print_rows(Terminal& terminal, const service::ExperimentView& view, const ResultOptions& options,
                const Shown& shown) {
  const auto& page = shown.page;
  std::vector<std::size_t> columns = telling_columns(page);
  if (!options.columns.empty()) {
    columns.clear();
    for (std::size_t column = 0; column < page.columns.size(); ++column) columns.push_back(column);
  }
  if (columns.empty()) return;
  terminal.out() << "\n";
  if (page.rows.empty()) {
    terminal.out() << "No row of the results is as --where asks for.\n";
    return;
  }
  const auto table = results_table(page, columns, shown.gap_after);
  std::vector<std::string> left_out;
  if (options.columns.empty()) {
    auto without = table.print_first_block(terminal, first_outcome(page, columns));
    for (auto& column : without) column = columns[column];
    left_out = words_for(page, without);
  } else {
    table.print(terminal);
  }
  if (!left_out.empty()) {
    auto asked_for = options;
    asked_for.columns = words_for(page, {columns.front()}).front();
    for (const auto& word : left_out) asked_for.columns += "," + word;
    terminal.out() << "+ " << plural(left_out.size(), "column") << ": " << show_command(view, asked_for)
                   << "\n";
  }
  if (shown.is_all) return;
  const std::string count = shown.more ? format_count(*shown.more) + " more" : "more";
  const std::string limit = page.total ? " --limit " + std::to_string(*page.total) : "";
  terminal.out() << "... " << count << ": " << show_command(view, options) << limit << " -o csv\n";
}

async::Task<> print_table(Session& session, const service::ExperimentDetail& detail, ResultOptions options) {
  auto& terminal = session.terminal;
  print_head(terminal, detail);
  if (detail.done + detail.failed > 0) {
    Shown shown;
    if (options.limit) {
      const UsePage keep = [&shown](const service::ResultPage& page) {
        auto rows = std::move(shown.page.rows);
        rows.insert(rows.end(), page.rows.begin(), page.rows.end());
        shown.page = page;
        shown.page.rows = std::move(rows);
      };
      co_await fetch_all(session, detail.id, options, keep);
    } else {
      shown = co_await fetch_ends(session, detail.id, options);
    }
    print_rows(terminal, detail, options, shown);
  }
  print_containers(terminal, detail);
}

}  // namespace

async::Task<service::ExperimentDetail> show_experiment(Session& session, std::string body,
                                                       ResultOptions options, Format format) {
  auto detail = value_or_fail(rest::experiment_detail_from_json(body));
  if (format == Format::Json) {
    co_await print_json(session, detail, std::move(options));
  } else if (format == Format::Csv) {
    co_await print_csv(session, detail.id, std::move(options));
  } else {
    co_await print_table(session, detail, std::move(options));
  }
  co_return detail;
}

}  // namespace flowyard::controller::cli
