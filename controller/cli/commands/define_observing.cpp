#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "controller/cli/commands/definitions.hpp"

namespace flowyard::controller::cli {
namespace {

// Adds a command whose options are a value of type Options; `add` adds them.
template <class Options, class Add>
void define(CLI::App& app, Choice& choice, const char* name, const char* help, const char* examples,
            ExitStatus (*command)(Options, Session&), Add add) {
  auto options = std::make_shared<Options>();
  auto* sub = app.add_subcommand(name, help);
  add(*sub, *options);
  sub->footer(examples);
  sub->callback([options, command, &choice] {
    choice.command = [options, command](Session& session) { return command(*options, session); };
  });
}

void add_list(CLI::App& sub, ListOptions& options) {
  const auto read = [&options](const std::string& word) {
    if (word != "workers" && word != "experiments") {
      throw CLI::ValidationError("list", "workers or experiments, not '" + word + "'");
    }
    options.subject = word == "workers" ? Subject::Workers : Subject::Experiments;
  };
  sub.add_option_function<std::string>("what", read, "workers (default) or experiments")
      ->option_text("[workers|experiments]");
  sub.add_option("-e,--experiment", options.experiment, "only workers of this experiment");
  sub.add_option("-s,--status", options.status,
                 "only those with this status, also if gone (failed, running, ...)");
  sub.add_flag("-a,--all", options.all, "workers whose container is gone, too");
  add_format(sub, options.format);
}

void add_which(CLI::App& sub, ShowOptions& options) {
  sub.add_option("which", options.which, "id, name, or the beginning of a name (default: @latest)")
      ->type_name("NAME");
  add_format(sub, options.format);
}

void add_log(CLI::App& sub, LogOptions& options) {
  sub.add_option("name", options.name, "a worker's name or its beginning")->required()->type_name("NAME");
  sub.add_flag("-f,--follow", options.follow, "go on until the worker ends");
  sub.add_option("--tail", options.tail, "only the last N lines")->type_name("N");
  sub.add_option("--since", options.since, "only what is newer: 10m, or 2026-01-31T12:00:00Z");
  sub.add_option("--grep", options.grep, "only lines that match this regular expression");
}

void add_checkout(CLI::App& sub, CheckoutOptions& options) {
  sub.add_option("which", options.which, "an experiment or a worker (default: @latest)")->type_name("NAME");
  sub.add_option("-o,--output", options.folder, "the folder to write to (default: named after it)")
      ->type_name("FOLDER");
  sub.add_flag("--force", options.force, "write into a folder that is not empty");
}

}  // namespace

void define_observing(CLI::App& app, Choice& choice) {
  define<ListOptions>(app, choice, "list", "list workers, or experiments",
                      "Examples:\n"
                      "  flowyard list\n"
                      "  flowyard list --all --experiment @latest\n"
                      "  flowyard list --status failed -q | xargs -n1 flowyard log\n"
                      "  flowyard list experiments -o json",
                      cli::list, add_list);
  define<ShowOptions>(app, choice, "show", "show an experiment with its results, or a worker",
                      "Examples:\n"
                      "  flowyard show\n"
                      "  flowyard show logistic-sweep -o csv\n"
                      "  flowyard show novel-poodle",
                      cli::show, add_which);
  define<ShowOptions>(app, choice, "watch", "follow an experiment to its end",
                      "Examples:\n"
                      "  flowyard watch\n"
                      "  flowyard watch logistic-sweep && flowyard checkout logistic-sweep\n\n"
                      "Ctrl-C stops watching; the experiment goes on ('flowyard cancel' ends it).",
                      cli::watch, add_which);
  define<LogOptions>(app, choice, "log", "show what a worker wrote, while it lives and afterwards",
                     "Examples:\n"
                     "  flowyard log novel-poodle\n"
                     "  flowyard log novel -f --since 5m\n"
                     "  flowyard log novel-poodle --grep 'error|warning' --tail 20",
                     cli::log, add_log);
  define<ShowOptions>(app, choice, "why", "explain on one screen why something failed",
                      "Examples:\n"
                      "  flowyard why\n"
                      "  flowyard why novel-poodle",
                      cli::why, add_which);
  define<CheckoutOptions>(app, choice, "checkout", "write specification, results and logs into a folder",
                          "Examples:\n"
                          "  flowyard checkout -o results\n"
                          "  flowyard checkout novel-poodle -o poodle",
                          cli::checkout, add_checkout);
}

}  // namespace flowyard::controller::cli
