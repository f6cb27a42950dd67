// chart: a picture of results, as a PNG file.
#include <cerrno>
#include <cstring>
#include <fstream>

#include "common/base/base64.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/rest/views.hpp"

namespace flowyard::controller::cli {
namespace {

struct ChartCommandOptions {
  std::string which, of, kind, by, x, y, where;
  std::optional<std::uint64_t> width, height;  // none: as the controller does without being asked
  std::string file;
};

// "growth-final.png", whatever they are called.
std::string file_name(const ChartCommandOptions& options, const std::string& of) {
  if (!options.file.empty()) return options.file;
  std::string name = options.which == "@latest" ? of : options.which + "-" + of;
  for (char& c : name)
    if (c == '/' || static_cast<unsigned char>(c) < 0x20) c = '-';
  return name + ".png";
}

ExitStatus chart(ChartCommandOptions options, Session& session) {
  std::string query = "?format=json&of=" + http::percent_encode(options.of);
  const auto add = [&query](const char* key, const std::string& value) {
    if (!value.empty()) query += "&" + std::string(key) + "=" + http::percent_encode(value);
  };
  add("kind", options.kind);
  add("by", options.by);
  add("x", options.x);
  add("y", options.y);
  add("where", options.where);
  if (options.width) add("width", std::to_string(*options.width));
  if (options.height) add("height", std::to_string(*options.height));
  const auto body = co_await session.connection.get(path_of("experiments", options.which, "/chart") + query);
  const auto answer = value_or_fail(rest::chart_from_json(body));
  const auto png = value_or_fail(from_base64(answer.image));
  if (options.file == "-") {
    session.terminal.data() << png;
    co_return Ok;
  }
  const auto name = file_name(options, answer.of);
  std::ofstream file(name, std::ios::binary);
  file << png;
  file.close();
  if (!file)
    throw CommandFailed(
        failure(ErrorCode::Invalid, "cannot write " + printable(name) + ": " + std::strerror(errno)));
  session.terminal.out() << printable(answer.told) << "\n"
                         << printable(name) << (answer.is_sampled ? ", of a part of the runs" : "") << "\n";
  co_return Ok;
}

}  // namespace

void define_chart(Command& program) {
  auto options = std::make_shared<ChartCommandOptions>();
  auto command = program.add("chart", "draw results as a PNG: lines, a histogram or a heat map");
  command.option("EXPERIMENT", options->which, "id, name or a unique prefix of a name; @latest")
      .required()
      .completes({Completes::Experiments});
  command.option("OF", options->of, "a series, or an outcome").required();
  command.option("--kind", options->kind, "of a series lines, of an outcome a histogram, if not said")
      .one_of({"lines", "histogram", "heatmap"});
  command.option("--by", options->by, "tell the values of this parameter or column apart").type("NAME");
  command.option("--x", options->x, "the parameter across a heat map").type("NAME");
  command.option("--y", options->y, "the parameter upwards").type("NAME");
  command.option("--where", options->where, "only the rows for which this holds").type("FORMULA");
  command.option("--width", options->width, "in pixels").between(200, 1600);
  command.option("--height", options->height, "in pixels").between(200, 1600);
  command
      .option("-o,--output", options->file, "the file, EXPERIMENT-OF.png if not said; - for standard output")
      .type("FILE")
      .completes({Completes::Files});
  command.footer(
      "Examples:\n"
      "  flowyard chart growth population\n"
      "  flowyard chart growth final --by region -o final.png\n"
      "  flowyard chart growth final --kind heatmap --x rate --y capacity\n\n"
      "Up to 12 runs have a line each; more are shown as their median with the ranges of 50 % and 90 %.");
  command.runs([options](Session& session) { return chart(*options, session); });
}

}  // namespace flowyard::controller::cli
