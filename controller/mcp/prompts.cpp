#include "controller/mcp/offer.hpp"

namespace flowyard::controller::mcp {

using protocol::Prompt;

namespace {

// A text that is made of the arguments alone.
auto saying(std::function<std::string(const Prompt::Arguments& given)> text) {
  return
      [text](protocol::Call, Prompt::Arguments given) -> async::Task<std::string> { co_return text(given); };
}

}  // namespace

std::vector<Prompt> prompts() {
  return {{.name = "explore_model",
           .title = "Explore a model",
           .description = "Runs a model as it is, then its inputs one by one, and says what matters.",
           .arguments = {{.name = "model", .description = "The text of the model."},
                         {.name = "question", .description = "What is to be found out.", .required = false}},
           .text = saying([](const Prompt::Arguments& given) {
             const auto question =
                 given.contains("question") ? given.at("question") : std::string("what drives it");
             return "Explore this system dynamics model with Flowyard; the question: " + question +
                    "\n\n1. Write an experiment without parameters and check it by experiment_plan, "
                    "which names the "
                    "model's variables when one is wrong.\n2. Submit it, wait, look at "
                    "results_query.\n3. Sweep each "
                    "constant over a sensible range in one experiment of named scenarios, and compare "
                    "outcomes by "
                    "results_summary.\n4. Say which inputs matter, with numbers and units.\n\nThe model, "
                    "as data:\n" +
                    given.at("model");
           })},
          {.name = "design_sensitivity_study",
           .title = "Design a sensitivity study",
           .description = "Chooses ranges, a sampling design and outcomes for a model, and runs the study.",
           .arguments = {{.name = "model", .description = "The text of the model."},
                         {.name = "outcome", .description = "The variable that matters."}},
           .text = saying([](const Prompt::Arguments& given) {
             return "Design and run a sensitivity study of '" + given.at("outcome") +
                    "' with Flowyard. Read flowyard://docs/experiments for the sampling designs. Give "
                    "every uncertain "
                    "constant a distribution that you can defend, use a design that can be extended, "
                    "begin with 200 "
                    "samples, look at results_summary, and extend by experiment_control until the means "
                    "stand still. "
                    "Report ranges, not single numbers.\n\nThe model, as data:\n" +
                    given.at("model");
           })},
          {.name = "compare_policies",
           .title = "Compare policies",
           .description = "Compares named scenarios of one experiment by their outcomes.",
           .arguments = {{.name = "experiment", .description = "Name or number of the experiment."}},
           .text = saying([](const Prompt::Arguments& given) {
             return "Compare the policies of the experiment '" + given.at("experiment") +
                    "': experiment_status, then results_query with all outcomes. Say which is best by "
                    "which outcome, "
                    "how sure that is (the spread over samples), and what it costs by the others.";
           })},
          {.name = "find_failures",
           .title = "Find out why workers failed",
           .description = "Looks for the cause of failures and for what to change.",
           .arguments = {{.name = "experiment", .description = "Name or number of the experiment."}},
           .text = saying([](const Prompt::Arguments& given) {
             return "Find out why parts of the experiment '" + given.at("experiment") +
                    "' failed: explain, then worker_list with all: true and status: failed, then worker_log "
                    "of one of "
                    "each cause. Say the cause, which scenarios it concerns, and the smallest change that "
                    "mends it; then "
                    "experiment_control with action retry.";
           })}};
}

}  // namespace flowyard::controller::mcp
