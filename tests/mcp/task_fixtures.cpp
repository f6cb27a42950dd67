// Tools that take long, and go on as tasks for clients that know of such.
#include "controller/mcp/protocol/tasks.hpp"
#include "tests/mcp/fixtures.hpp"

namespace flowyard::controller::mcp::protocol {

using async::Task;

namespace {

// A tool that goes on as a task at once.
Tool job(const char* name, std::function<Task<ToolResult>(Call, Progress)> work) {
  return fixture(name, [work](Call, Progress) -> Task<ToolResult> {
    ToolResult result;
    result.later = work;
    co_return result;
  });
}

Tool slow_compute() {
  Tool one = fixture("slow_compute", {});
  one.input["properties"] = {{"seconds", {{"type", "number"}}}, {"label", {{"type", "string"}}}};
  one.run = [](Call, Json arguments, Progress) -> Task<ToolResult> {
    const Milliseconds span(static_cast<int>(1000 * arguments.value("seconds", 0.0)));
    ToolResult result;
    result.later = [span](Call, Progress) -> Task<ToolResult> {
      co_await async::sleep_for(span);
      co_return saying("computed");
    };
    co_return result;
  };
  return one;
}

Tool greet() {
  Tool one = fixture("greet", {});
  one.input["properties"]["name"] = {{"type", "string"}};
  one.run = [](Call, Json arguments, Progress) -> Task<ToolResult> {
    co_return saying("Hello, " + arguments.value("name", "") + "!");
  };
  return one;
}

Task<ToolResult> fail(Call, Progress) {
  ToolResult result = saying("this job always fails");
  result.is_error = true;
  co_return result;
}

// There is no other way to have this.
Task<ToolResult> fail_as_task(Call call, Progress) {
  require_extension(call, kTasksExtension);
  ToolResult result;
  result.later = fail;
  co_return result;
}

Task<ToolResult> break_down(Call, Progress) {
  throw RpcFailure(kInternalError, "this job always breaks down");
  co_return saying("");
}

Task<ToolResult> ask_once(Call call, Progress) {
  Questions questions{form("confirm", "Delete it?", {{"confirm", {{"type", "boolean"}}}})};
  const Answers answers = co_await ask(call, std::move(questions));
  co_return saying("Answered: " + answers.at("confirm").dump());
}

Task<ToolResult> ask_twice(Call call, Progress) {
  const Json text{{"type", "string"}};
  Questions questions{form("first", "Your name?", {{"name", text}}),
                      form("second", "Another name?", {{"name", text}})};
  const Answers answers = co_await ask(call, std::move(questions));
  co_return saying("Answered: " + answers.at("first").dump() + answers.at("second").dump());
}

// Asks before it goes on as a task.
Task<ToolResult> ask_first(Call call, Progress) {
  Questions questions{form("user_name", "What is your name?", {{"name", {{"type", "string"}}}})};
  const Answers answers = co_await ask(call, std::move(questions));
  ToolResult result;
  result.later = [text = answers.at("user_name").dump()](Call, Progress) -> Task<ToolResult> {
    co_return saying("Hello, " + text);
  };
  co_return result;
}

}  // namespace

std::vector<Tool> task_fixtures() {
  return {greet(),
          slow_compute(),
          fixture("failing_job", fail_as_task),
          job("protocol_error_job", break_down),
          job("confirm_delete", ask_once),
          job("multi_input", ask_twice),
          fixture("test_tool_with_task", ask_first)};
}

}  // namespace flowyard::controller::mcp::protocol
