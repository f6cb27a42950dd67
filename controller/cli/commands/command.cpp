#include "controller/cli/commands/command.hpp"

#include "common/base/suggest.hpp"
#include "controller/cli/commands/command_line_state.hpp"
#include "controller/cli/failure.hpp"

namespace flowyard::controller::cli {
namespace {

constexpr auto kAny = [](const auto*) { return true; };

ArgumentOutline outline_of(const CLI::Option& option, const CommandLineState& state) {
  ArgumentOutline outline{.names = {},
                          .help = option.get_description(),
                          .value = option.get_type_name(),
                          .takes_value = option.get_items_expected_max() > 0,
                          .repeats = option.get_items_expected_max() > 1,
                          .words = {},
                          .completes = {}};
  for (const auto& name : option.get_lnames()) outline.names.push_back("--" + name);
  for (const auto& name : option.get_snames()) outline.names.push_back("-" + name);
  if (const auto found = state.completions.find(&option); found != state.completions.end()) {
    outline.words = found->second.words;
    outline.completes = found->second.completes;
  }
  return outline;
}

void outline(const CLI::App& app, const std::string& path, const CommandLineState& state,
             std::vector<CommandOutline>& commands) {
  CommandOutline command{.path = path,
                         .help = path.empty() ? "" : app.get_description(),
                         .arguments = {},
                         .aliases = app.get_aliases()};
  for (const auto* option : app.get_options()) command.arguments.push_back(outline_of(*option, state));
  commands.push_back(std::move(command));
  for (const auto* sub : app.get_subcommands(kAny)) {
    outline(*sub, path + (path.empty() ? "" : " ") + sub->get_name(), state, commands);
  }
}

}  // namespace

Argument Argument::required() {
  option_->required();
  return *this;
}
Argument Argument::type(const char* name) {
  option_->type_name(name);
  return *this;
}
Argument Argument::text(const char* text) {
  option_->option_text(text);
  return *this;
}
Argument Argument::one_of(const std::vector<std::string>& words) {
  option_->check(CLI::IsMember(words));
  return suggest(words);
}
Argument Argument::suggest(const std::vector<std::string>& words) {
  state_->completions[option_].words = words;
  return *this;
}
Argument Argument::between(int least, int most) {
  option_->check(CLI::Range(least, most));
  return *this;
}
Argument Argument::split_at(char delimiter) {
  option_->delimiter(delimiter);
  return *this;
}
Argument Argument::one_value_each() {
  option_->allow_extra_args(false);
  return *this;
}
Argument Argument::excludes(const Argument& other) {
  option_->excludes(other.option_);
  return *this;
}
Argument Argument::completes(std::initializer_list<Completes> kinds) {
  state_->completions[option_].completes = kinds;
  return *this;
}

Command Command::add(const std::string& path, const char* help) {
  auto* parent = app_;
  const auto space = path.rfind(' ');
  if (space != std::string::npos) parent = app_->get_subcommand(path.substr(0, space));
  return {*parent->add_subcommand(space == std::string::npos ? path : path.substr(space + 1), help), *state_};
}

template <class T>
Argument Command::option(const char* names, T& value, const char* help) {
  return {*app_->add_option(names, value, help), *state_};
}
Argument Command::read_option(const char* names, std::function<void(const std::string&)> read,
                              const char* help) {
  return {*app_->add_option_function<std::string>(names, std::move(read), help), *state_};
}
Argument Command::read_each(const char* names, std::function<void(const std::string&)> read,
                            const char* help) {
  const auto read_all = [read = std::move(read)](const std::vector<std::string>& texts) {
    for (const auto& text : texts) read(text);
  };
  return Argument(*app_->add_option_function<std::vector<std::string>>(names, read_all, help), *state_)
      .one_value_each();
}
Argument Command::flag(const char* names, bool& value, const char* help) {
  return {*app_->add_flag(names, value, help), *state_};
}

void Command::footer(const char* text) {
  app_->footer(text);
}

// CLI11 calls a parent's callback after that of the command below it.
void Command::runs(std::function<ExitStatus(Session&)> run, std::function<void()> check) {
  app_->callback([app = app_, state = state_, run = std::move(run), check = std::move(check)] {
    if (!app->get_subcommands().empty()) return;
    if (check) check();
    state->choice.with_controller = run;
  });
}
void Command::runs_here(std::function<int(Here&)> run) {
  app_->callback([app = app_, state = state_, run = std::move(run)] {
    if (app->get_subcommands().empty()) state->choice.here = run;
  });
}

std::string Command::help() const {
  return app_->help();
}

Command Command::alias(const char* name) {
  app_->alias(name);
  return *this;
}

std::string Command::help_of(const std::vector<std::string>& words) const {
  const CLI::App* at = app_;
  std::string path = at->get_name();
  for (const auto& word : words) {
    const auto subs = at->get_subcommands([&](const CLI::App* sub) { return sub->check_name(word); });
    if (subs.empty()) {
      std::vector<std::string> names;
      for (const auto* sub : at->get_subcommands(kAny)) names.push_back(sub->get_name());
      throw CommandFailed(invalid("there is no command '" + word + "'" + suggestion(word, names)));
    }
    at = subs.front();
    path += " " + at->get_name();
  }
  // Not App::help(), which gives that of the command that was chosen, which is the one that asks.
  return at->get_formatter()->make_help(at, path, CLI::AppFormatMode::Normal);
}

std::vector<CommandOutline> Command::outlines() const {
  std::vector<CommandOutline> commands;
  outline(*app_, "", *state_, commands);
  return commands;
}

template Argument Command::option(const char*, std::string&, const char*);
template Argument Command::option(const char*, std::uint64_t&, const char*);
template Argument Command::option(const char*, std::optional<double>&, const char*);
template Argument Command::option(const char*, std::optional<std::uint64_t>&, const char*);
template Argument Command::option(const char*, std::vector<double>&, const char*);
template Argument Command::option(const char*, std::vector<std::string>&, const char*);

}  // namespace flowyard::controller::cli
