#include <memory>

#include <CLI/CLI.hpp>

#include "controller/cli/commands/definitions.hpp"

namespace flowyard::controller::cli {
namespace {

void define_cancel(CLI::App& app, Choice& choice) {
  auto options = std::make_shared<CancelOptions>();
  auto* sub = app.add_subcommand("cancel", "end experiments; what they have finished is kept");
  sub->add_option("which", options->which, "experiments: ids, names or @latest")
      ->required()
      ->type_name("NAME");
  sub->add_flag("!--no-wait", options->wait, "do not wait until their containers are gone");
  sub->footer("Examples:\n  flowyard cancel @latest\n  flowyard cancel logistic-sweep --no-wait");
  sub->callback([options, &choice] {
    choice.command = [options](Session& session) { return cancel(*options, session); };
  });
}

void define_restart(CLI::App& app, Choice& choice) {
  auto options = std::make_shared<RestartOptions>();
  auto* sub = app.add_subcommand("restart", "replace workers by new ones; unfinished work is run again");
  sub->add_option("names", options->names, "workers")->required()->type_name("NAME");
  sub->footer("Examples:\n  flowyard restart novel-poodle");
  sub->callback([options, &choice] {
    choice.command = [options](Session& session) { return restart(*options, session); };
  });
}

void define_delete(CLI::App& app, Choice& choice) {
  auto options = std::make_shared<DeleteOptions>();
  auto* sub = app.add_subcommand("delete", "delete workers with their logs, or finished experiments");
  auto* names = sub->add_option("names", options->names, "workers or experiments")->type_name("NAME");
  auto* finished = sub->add_flag("--finished", options->finished, "every worker that has ended");
  auto* all = sub->add_flag("--all", options->all, "every worker");
  sub->add_flag("--force", options->force, "also workers that are busy; others take over their work");
  finished->excludes(names)->excludes(all);
  all->excludes(names);
  sub->footer(
      "Examples:\n"
      "  flowyard delete novel-poodle\n"
      "  flowyard delete --finished\n"
      "  flowyard delete logistic-sweep        an experiment that has ended, with its results");
  sub->callback([options, &choice] {
    if (options->names.empty() && !options->finished && !options->all) {
      throw CLI::RequiredError("NAME..., --finished or --all");
    }
    choice.command = [options](Session& session) { return remove(*options, session); };
  });
}

void define_prune(CLI::App& app, Choice& choice) {
  auto options = std::make_shared<PruneOptions>();
  auto* sub = app.add_subcommand("prune", "forget what finished long ago, with its results and logs");
  sub->add_option("--older-than", options->older_than, "how long ago (default: 7d)")->type_name("DURATION");
  sub->add_flag("-n,--dry-run", options->dry_run, "only tell what would be forgotten");
  sub->footer("Examples:\n  flowyard prune --dry-run\n  flowyard prune --older-than 12h");
  sub->callback([options, &choice] {
    choice.command = [options](Session& session) { return prune(*options, session); };
  });
}

}  // namespace

void define_control(CLI::App& app, Choice& choice) {
  define_cancel(app, choice);
  define_restart(app, choice);
  define_delete(app, choice);
  define_prune(app, choice);
}

}  // namespace flowyard::controller::cli
