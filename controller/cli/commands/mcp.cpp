// mcp: the Model Context Protocol by lines on standard input and output, for agents.
#include <ctime>
#include <deque>
#include <iostream>
#include <memory>
#include <thread>
#include <unistd.h>

#include <boost/asio/post.hpp>

#include "common/async/event.hpp"
#include "common/async/timeout.hpp"
#include "controller/cli/client/mcp_bridge.hpp"
#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/failure.hpp"
#include "controller/experiment/budget.hpp"

namespace flowyard::controller::cli {
namespace {

constexpr Milliseconds kLastAnswers{20'000};

struct McpOptions {
  bool read_only = false;
  std::string budget;
  std::string config_for;
};

// Lines of standard input, read by a thread of its own: a descriptor that is a file cannot be waited for.
struct Lines {
  explicit Lines(const async::Executor& executor) : arrived(executor) {}
  std::deque<std::string> waiting;
  bool ended = false;
  async::Event arrived;
};

void read_lines(std::shared_ptr<Lines> lines, async::Executor executor) {
  const auto tell = [&](std::optional<std::string> line) {
    boost::asio::post(executor, [lines, line = std::move(line)] {
      if (line) lines->waiting.push_back(*line);
      lines->ended = !line;
      lines->arrived.notify();
    });
  };
  for (std::string line; std::getline(std::cin, line);)
    if (line.find_first_not_of(" \t\r") != std::string::npos) tell(std::move(line));
  tell(std::nullopt);
}

using UnderWay = std::map<std::string, async::TaskGroup::Handle>;  // by the id of the message

async::Task<> answer_one(McpBridge& bridge, UnderWay& under_way, std::string id, std::string line) {
  co_await bridge.answer(std::move(line));
  under_way.erase(id);
}

// The answers of one message after another, side by side, until the input ends.
async::Task<> serve(McpBridge& bridge, async::TaskGroup& answers, UnderWay& under_way) {
  const async::Executor executor = co_await async::asio::this_coro::executor;
  auto lines = std::make_shared<Lines>(executor);
  std::thread(read_lines, lines, executor).detach();
  for (;;) {
    const auto seen = lines->arrived.version();
    while (!lines->waiting.empty()) {
      std::string line = std::move(lines->waiting.front());
      lines->waiting.pop_front();
      if (const auto id = McpBridge::cancelled_by(line); !id.empty()) {
        if (const auto found = under_way.find(id); found != under_way.end()) found->second.cancel();
        continue;
      }
      const std::string id = McpBridge::id_of(line);
      if (!id.empty()) under_way[id] = {};
      auto handle = answers.spawn("message", answer_one(bridge, under_way, id, std::move(line)));
      if (const auto found = under_way.find(id); found != under_way.end()) found->second = handle;
    }
    if (lines->ended) co_return;
    co_await lines->arrived.wait_past(seen);
  }
}

// What this process starts counts together.
std::string budget_of(const McpOptions& options) {
  if (options.budget.empty()) return "";
  value_or_fail(experiment::parse_budget(options.budget));
  return "mcp-" + std::to_string(getpid()) + "-" + std::to_string(std::time(nullptr)) + " " + options.budget;
}

ExitStatus mcp(McpOptions options, Session& session) {
  const async::Executor executor = co_await async::asio::this_coro::executor;
  McpBridge bridge(executor, session, *session.environment.out,
                   {.read_only = options.read_only, .budget = budget_of(options)});
  async::TaskGroup answers(executor);
  UnderWay under_way;
  co_await serve(bridge, answers, under_way);
  // What was asked before the input ended is answered still, but nobody waits for what takes long.
  try {
    co_await async::with_timeout(kLastAnswers, answers.join());
  } catch (const async::TimedOut&) {
    answers.cancel();
  }
  co_await answers.join();
  co_await bridge.close();
  co_return Ok;
}

constexpr const char* kServers = R"({
  "mcpServers": {
    "flowyard": {"command": "flowyard", "args": ["mcp"]}
  }
}
)";
constexpr const char* kVisualStudioCode = R"({
  "servers": {
    "flowyard": {"type": "stdio", "command": "flowyard", "args": ["mcp"]}
  }
}
)";

ExitStatus print_config(McpOptions options, Session& session) {
  session.terminal.data() << (options.config_for == "vscode" ? kVisualStudioCode : kServers);
  co_return Ok;
}

}  // namespace

void define_mcp(Command& program) {
  auto options = std::make_shared<McpOptions>();
  auto command = program.add("mcp", "speak the Model Context Protocol, for agents");
  command.flag("--read-only", options->read_only, "look at everything, change nothing");
  command.option("--budget", options->budget, "what may be started in all; workers: at once").type("LIMITS");
  command
      .option("--print-config", options->config_for,
              "print how a client is told of it: claude, cursor, vscode, other")
      .type("CLIENT")
      .one_of({"claude", "cursor", "vscode", "other"});
  command.footer(
      "Examples:\n"
      "  flowyard mcp                       by lines on standard input and output\n"
      "  flowyard mcp --budget runs=1000,workers=2,cpu_seconds=600\n"
      "  flowyard mcp --print-config claude\n\n"
      "The same is at /mcp of a controller that listens on TCP: see docs/mcp.md.");
  command.runs([options](Session& session) {
    return options->config_for.empty() ? mcp(*options, session) : print_config(*options, session);
  });
}

}  // namespace flowyard::controller::cli
