// Where a controller listens, and how the command line reaches one elsewhere.
#include <gmock/gmock.h>

#include "tests/unit/controller/cli/cli_fixture.hpp"

namespace flowyard::controller::cli {
namespace {

using test_bench::Cli;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(Cli, ListensToOtherMachinesWithTlsOrWhereThatIsSaid) {
  for (const char* address : {"0.0.0.0:7700", "yard.example:7700", "[::]:7700"}) {
    const auto refused = run({"controller", "run", "--listen", address});
    EXPECT_EQ(refused.status, 2) << address;
    EXPECT_THAT(refused.err, AllOf(HasSubstr("--tls-cert"), HasSubstr("--insecure"))) << address;
    EXPECT_FALSE(controller_options);
  }
  EXPECT_EQ(run({"controller", "run", "--listen", "0.0.0.0:7700", "--insecure"}).status, 0);
  EXPECT_EQ(run({"controller", "run", "--listen", "[::1]:7700"}).status, 0);
  EXPECT_EQ(
      run({"controller", "run", "--listen", "0.0.0.0:7700", "--tls-cert", "c.pem", "--tls-key", "k.pem"})
          .status,
      0);
  EXPECT_EQ(controller_options->tls.cert, "c.pem");
  EXPECT_EQ(controller_options->tls.key, "k.pem");
}

TEST_F(Cli, TakesACertificateOnlyWithItsKey) {
  EXPECT_THAT(run({"controller", "run", "--tls-cert", "c.pem"}).err, HasSubstr("belong together"));
  EXPECT_THAT(run({"controller", "run", "--tls-client-ca", "ca.pem"}).err,
              HasSubstr("--tls-client-ca needs"));
  EXPECT_EQ(run({"--cert", "c.pem", "--controller", "https://localhost:1", "list"}).status, 2);
}

TEST_F(Cli, TellsTheControllerItsNames) {
  variables["FLOWYARD_HOSTS"] = "controller, yard.example,";
  EXPECT_EQ(run({"controller", "run"}).status, 0);
  EXPECT_THAT(controller_options->hosts, ElementsAre("controller", "yard.example"));
  EXPECT_EQ(run({"controller", "run", "--host", "a.example", "--host", "[2001:db8::7]:80"}).status, 0);
  EXPECT_THAT(controller_options->hosts, ElementsAre("a.example", "[2001:db8::7]:80"));
  for (const char* wrong : {"http://yard.example", "2001:db8::7", "a b", "user@yard.example"})
    EXPECT_EQ(run({"controller", "run", "--host", wrong}).status, 2) << wrong;
}

TEST_F(Cli, NamesTheFileThatHttpsCannotUse) {
  const auto outcome = run({"--controller", "https://localhost:1", "--cacert", "/nowhere/ca.pem", "list"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("/nowhere/ca.pem"));
}

TEST_F(Cli, CreatesListsAndRevokesTokens) {
  const auto made = run({"token", "create", "dashboard", "--read-only"});
  EXPECT_EQ(made.out, "token of dashboard\n") << "the token alone, for TOKEN=$(...)";
  EXPECT_THAT(made.err, HasSubstr("not shown again"));
  EXPECT_EQ(run({"token", "create", "dashboard"}).status, 4);
  expect_golden("token_list", {"token", "list"});
  EXPECT_THAT(run({"token", "list", "-o", "json"}).out, HasSubstr("\"read_only\": true"));
  EXPECT_EQ(run({"token", "revoke", "dashboard"}).status, 0);
  EXPECT_EQ(run({"token", "revoke", "dashboard"}).status, 3);
}

}  // namespace
}  // namespace flowyard::controller::cli
