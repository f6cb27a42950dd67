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

// The path of the rows, and what is wanted of them.
std::string rows_path(experiment::ExperimentId id, const Request& request, const std::string& more) {
  std::string query = "/results?" + more;
  const auto add = [&query](const char* key, const std::string& value) {
    if (!value.empty()) query += std::string("&") + key + "=" + http::percent_encode(value);
  };
  add("where", request.where);
  add("sort", request.sort);
  add("columns", request.columns);
  return path_of("experiments", to_string(id), query);
}

async::Task<service::ResultPage> fetch(Session& session, experiment::ExperimentId id, Request request) {
  auto path = rows_path(id, request, "limit=" + std::to_string(request.limit));
  const auto body = co_await session.connection.get(std::move(path));
  co_return value_or_fail(rest::result_page_from_json(body));
}

using UseLine = std::function<void(std::string_view line)>;

// All rows in one answer, as lines: first the columns. `format`: "csv" or "jsonl".
async::Task<> read_lines(Session& session, experiment::ExperimentId id, ResultOptions options,
                         std::string format, const UseLine& use) {
  const Request request{.where = options.where, .sort = options.sort, .columns = options.columns};
  const std::string limit = options.limit ? "&limit=" + std::to_string(*options.limit) : "";
  auto path = rows_path(id, request, "format=" + format + limit);
  const auto stream = co_await session.connection.open(std::move(path));
  std::string text;
  while (const auto piece = co_await stream->read()) {
    text += *piece;
    std::size_t from = 0;
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n', from)) {
      use(std::string_view(text).substr(from, end - from));
      from = end + 1;
    }
    text.erase(0, from);
  }
}

async::Task<> print_csv(Session& session, experiment::ExperimentId id, ResultOptions options) {
  auto& out = session.terminal.out();
  const UseLine print = [&out](std::string_view line) { out << line << "\n"; };
  co_await read_lines(session, id, std::move(options), "csv", print);
}

// The members of the experiment, and after them `columns` and `rows`, a line for each row.
async::Task<> print_json(Session& session, const service::ExperimentDetail& detail, ResultOptions options) {
  auto& out = session.terminal.data();
  auto members = rest::indented(rest::to_json(detail));
  members.erase(members.find_last_not_of("\n}") + 1);
  bool has_begun = false, has_rows = false;
  const UseLine print = [&](std::string_view line) {
    if (!std::exchange(has_begun, true)) {
      out << members << ",\n  \"columns\": " << line << ",\n  \"rows\": [";
    } else {
      out << (std::exchange(has_rows, true) ? ",\n    " : "\n    ") << line;
    }
  };
  co_await read_lines(session, detail.id, std::move(options), "jsonl", print);
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
  const auto table = results_table(page, columns, shown.gap_after, terminal.out_width());
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
      std::string text;
      const UseLine keep = [&text](std::string_view line) {
        const bool is_columns = text.empty();
        text += is_columns ? "{\"columns\": " : text.back() == '[' ? "" : ",";
        text += line;
        if (is_columns) text += ", \"rows\": [";
      };
      co_await read_lines(session, detail.id, options, "jsonl", keep);
      shown.page = value_or_fail(rest::result_page_from_json(text + "]}"));
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
