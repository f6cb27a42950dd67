#include "worker/app/arguments.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flowyard::worker::app {
namespace {

using ::testing::HasSubstr;

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

const Environment kEmpty = environment_of({});

TEST(Arguments, DialTheControllerWithOrWithoutTheWordConnect) {
  for (const bool word : {false, true}) {
    std::vector<std::string> arguments{"--controller", "unix:///flowyard/s", "--name=novel-poodle",
                                       "--token-file", "/flowyard/token"};
    if (word) arguments.insert(arguments.begin(), "connect");
    const auto command = parse_arguments(arguments, kEmpty);
    ASSERT_TRUE(command.has_value()) << to_string(command.error());
    const auto& connect = std::get<Connect>(*command);
    EXPECT_EQ(connect.controller.path, "/flowyard/s");
    EXPECT_EQ(connect.name, "novel-poodle");
    EXPECT_EQ(connect.token_file, "/flowyard/token");
  }
}

TEST(Arguments, PreferFlagsToTheEnvironment) {
  const auto command =
      parse_arguments({"--name", "given"}, environment_of({{"FLOWYARD_CONTROLLER", "http://c:80"},
                                                           {"FLOWYARD_WORKER", "ignored"},
                                                           {"FLOWYARD_TOKEN_FILE", "/t"}}));
  ASSERT_TRUE(command.has_value());
  EXPECT_EQ(std::get<Connect>(*command).name, "given");
  EXPECT_EQ(std::get<Connect>(*command).controller.host, "c");
}

TEST(Arguments, ServeNeedsOnlyAPlaceToListen) {
  const auto command = parse_arguments({"serve", "--listen", "http://127.0.0.1:8080"}, kEmpty);
  ASSERT_TRUE(command.has_value());
  EXPECT_EQ(std::get<Serve>(*command).listen.port, 8080);
  EXPECT_EQ(std::get<Serve>(*command).program_file, "");
}

TEST(Arguments, SayWhatIsMissingAndWhatWasMeant) {
  EXPECT_THAT(parse_arguments({}, kEmpty).error().message, HasSubstr("FLOWYARD_CONTROLLER"));
  EXPECT_THAT(parse_arguments({"--controler", "x"}, kEmpty).error().message, HasSubstr("'--controller'"));
  EXPECT_THAT(parse_arguments({"serv"}, kEmpty).error().message, HasSubstr("'serve'"));
  EXPECT_THAT(parse_arguments({"serve", "--listen"}, kEmpty).error().message, HasSubstr("needs a value"));
  EXPECT_TRUE(parse_arguments({"serve", "--listen", "nonsense"}, kEmpty).has_error());
}

TEST(Arguments, HelpAndVersionComeFirst) {
  EXPECT_TRUE(std::holds_alternative<ShowHelp>(*parse_arguments({"serve", "--help"}, kEmpty)));
  EXPECT_TRUE(std::holds_alternative<ShowVersion>(*parse_arguments({"--version"}, kEmpty)));
}

}  // namespace
}  // namespace flowyard::worker::app
