// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import io.heddle.schema.AccessControl.Identity;
import io.heddle.store.Acl;
import io.heddle.store.Credential;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AccessControlTest {
  private static final ClusterPaths PATHS = new ClusterPaths("orders");
  private static final ImmutableMap<Role, Identity> IDENTITIES = ImmutableMap.of(
      Role.CONTROLLER, new Identity("digest", "controller"),
      Role.ADMIN, new Identity("digest", "admin"),
      Role.PARTICIPANT, new Identity("digest", "participant"),
      Role.SPECTATOR, new Identity("digest", "spectator"));

  /** Who may do what, written down a second time from the protocol's point of view. */
  @ParameterizedTest
  @CsvSource({
    // path, controller, admin, participant, spectator
    "'',                    rcd,  rwcda, r,   r",
    "/meta,                 r,    rwda,  r,   r",
    "/epoch,                rw,   rda,   r,   ''",
    "/leader,               rw,   rda,   r,   r",
    "/spec,                 r,    rwda,  r,   ''",
    "/resources,            rd,   rwcda, r,   r",
    "/resources/r,          r,    rwda,  r,   r",
    "/instances,            rcd,  rwcda, r,   r",
    "/instances/i,          r,    rwda,  r,   r",
    "/state-models,         r,    rwcda, r,   r",
    "/state-models/m,       r,    rwda,  r,   r",
    "/incarnations,         rcd,  rwcda, r,   ''",
    "/incarnations/i,       rw,   rwda,  rw,  ''",
    "/live,                 rcd,  rwcda, r,   r",
    "/live/i,               rcd,  rwcda, rcd, r",
    "/live/i/s,             r,    rda,   rw,  r",
    "/assignments,          rcd,  rwcda, r,   ''",
    "/assignments/i,        rcd,  rwcda, r,   ''",
    "/assignments/i/3-0,    rw,   rda,   r,   ''",
    "/reports,              rcd,  rwcda, r,   r",
    "/reports/i,            rcd,  rwcda, rcd, r",
    "/reports/i/3-0,        r,    rda,   rw,  r",
    "/work,                 rcd,  rwcda, r,   ''",
    "/work/i,               rcd,  rwcda, r,   ''",
    "/work/i/a,             rw,   rda,   r,   ''",
    "/outcomes,             rcd,  rwcda, r,   ''",
    "/outcomes/i,           rcd,  rwcda, rcd, ''",
    "/outcomes/i/a,         r,    rda,   rw,  ''",
    "/payloads,             rcd,  rwcda, r,   ''",
    "/payloads/i,           rcd,  rwcda, rc,  ''",
    "/payloads/i/77,        r,    rda,   rw,  ''",
    "/commands,             rcd,  rwcda, r,   ''",
    "/commands/i,           rcd,  rwcda, rd,  ''",
    "/commands/i/c,         r,    rwda,  r,   ''",
    "/messages,             rcd,  rwcda, r,   ''",
    "/messages/i,           rcd,  rwcda, rcd, ''",
    "/messages/i/m,         r,    rwda,  rw,  ''",
    "/workflows,            rcd,  rwcda, r,   ''",
    "/workflows/0a,         rd,   rwcda, r,   ''",
    "/workflows/0a/w/j/0,   rd,   rwcda, r,   ''",
    "/progress,             rcd,  rwcda, r,   ''",
    "/progress/0a,          rwcd, rda,   r,   ''",
    "/progress/0a/w/j/0,    rwcd, rda,   r,   ''",
    "/services,             r,    rwcda, r,   r",
    "/services/s,           r,    rwda,  r,   r",
    "/containers,           rcd,  rwcda, '',  ''",
    "/containers/DB-0,      rwcd, rda,   '',  ''",
    "/properties,           r,    rwcda, r,   r",
    "/properties/p/q,       r,    rwcda, r,   r",
    "/journal,              rcd,  rwcda, '',  ''",
    "/journal/0,            rwcd, rda,   '',  ''",
  })
  void givesEachRoleItsRights(
      String path, String controller, String admin, String participant, String spectator) {
    AccessControl access = AccessControl.byRole(IDENTITIES);

    List<Acl> list = access.acl(PATHS, "/orders" + path);

    List<Acl> wanted = new ArrayList<>();
    add(wanted, Role.CONTROLLER, controller);
    add(wanted, Role.ADMIN, admin);
    add(wanted, Role.PARTICIPANT, participant);
    add(wanted, Role.SPECTATOR, spectator);
    assertThat(list).containsExactlyElementsOf(wanted);
    SEEN.add(PathClass.of(PATHS, "/orders" + path));
  }

  private static final Set<PathClass> SEEN = new HashSet<>();

  @AfterAll
  static void theTableCoversEveryClass() {
    assertThat(SEEN).containsExactlyInAnyOrder(PathClass.values());
  }

  private static void add(List<Acl> list, Role role, String letters) {
    int bits = 0;
    for (int i = 0; i < letters.length(); i++) {
      bits |= 1 << "rwcda".indexOf(letters.charAt(i));
    }
    if (bits != 0) {
      Identity who = Objects.requireNonNull(IDENTITIES.get(role));
      list.add(new Acl(who.scheme(), who.id(), bits));
    }
  }

  @ParameterizedTest
  @EnumSource(PathClass.class)
  void letsTheAdministratorReadEmptyAndReassignEverything(PathClass pathClass) {
    int all = Acl.READ | Acl.DELETE | Acl.ADMIN;

    assertThat(pathClass.permissions(Role.ADMIN) & all).isEqualTo(all);
  }

  @ParameterizedTest
  @EnumSource(PathClass.class)
  void letsSpectatorsOnlyRead(PathClass pathClass) {
    assertThat(pathClass.permissions(Role.SPECTATOR)).isIn(0, Acl.READ);
  }

  @Test
  void hasAPlaceForEverySectionOfTheLayout() {
    Set<String> sections = Sets.union(
        Sets.newHashSet(ClusterPaths.CLUSTER_SECTIONS),
        Sets.newHashSet(ClusterPaths.INSTANCE_SECTIONS));

    for (String section : sections) {
      assertThat(PathClass.of(PATHS, PATHS.in(section)).permissions(Role.ADMIN))
          .as(section)
          .isEqualTo(Acl.ALL);
    }
  }

  @Test
  void refusesAPathThatHasNoPlace() {
    assertThatThrownBy(() -> PathClass.of(PATHS, "/orders/surprise"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/orders/surprise");
    assertThatThrownBy(() -> PathClass.of(PATHS, "/orders/live/i/s/deeper"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PathClass.of(PATHS, "/others/live"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void formsDigestsAsZooKeeperDoes() {
    Identity identity = Identity.digest("super", "test");

    // The example in ZooKeeper's own documentation.
    assertThat(identity).isEqualTo(new Identity("digest", "super:D/InIHSb7yEEbrWz8b9l71RjZJU="));
  }

  @Test
  void knowsWhomADigestCredentialProves() {
    assertThat(Identity.of(Credential.digest("super", "te:st")))
        .isEqualTo(Identity.digest("super", "te:st"));
  }

  @Test
  void doesNotGuessWhomOtherCredentialsProve() {
    assertThatThrownBy(() -> Identity.of(new Credential("x509", "user:s3cret".getBytes(UTF_8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x509:***");
    assertThatThrownBy(() -> Identity.of(new Credential("digest", "s3cret".getBytes(UTF_8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("like user:password")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void comesBackFromTextAsItWent() {
    AccessControl access = AccessControl.byRole(ImmutableMap.of(
        Role.CONTROLLER, new Identity("x509", "CN=ctl, O=\"ü\n=\uD83D\uDE00\""),
        Role.ADMIN, Identity.digest("admin", "secret"),
        Role.PARTICIPANT, new Identity("sasl", "heddle/host@REALM"),
        Role.SPECTATOR, new Identity("ip", "10.0.0.0/8")));

    String text = access.toText();

    assertThat(AccessControl.parse(text)).isEqualTo(access).hasSameHashCodeAs(access);
    assertThat(AccessControl.parse(text).acl(PathClass.EPOCH))
        .isEqualTo(access.acl(PathClass.EPOCH));
    assertThat(text).matches("[ -~]+").contains("\"SPECTATOR\":\"ip:10.0.0.0/8\"");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "~~, identities is empty",
        "nonsense, identities is not JSON",
        "[], identities must be an object",
        "~{\"CONTROLLER\":\"digest:c\"}~, no identity is given for the role ADMIN",
        "~{\"CONTROLLER\":\"digest\"}~, ~must be like scheme:id, not 'digest'~",
        "~{\"CONTROLLER\":\":c\"}~, an identity needs a scheme",
        "~{\"CONTROLLER\":1}~, identities.CONTROLLER must be a string"
      })
  void saysWhatIsWrongWithAText(String text, String why) {
    assertThatThrownBy(() -> AccessControl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void boundsIdentitiesAsText() {
    Identity huge = new Identity("digest", "x".repeat(16 * 1024));
    AccessControl access = AccessControl.byRole(ImmutableMap.of(
        Role.CONTROLLER, huge, Role.ADMIN, huge, Role.PARTICIPANT, huge, Role.SPECTATOR, huge));

    assertThatThrownBy(access::toText)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 16384");
    assertThatThrownBy(() -> AccessControl.parse(" ".repeat(16 * 1024 + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 16384");
  }

  @Test
  void hasNothingToWriteIfItIsOpen() {
    assertThatThrownBy(() -> AccessControl.open().toText())
        .isInstanceOf(IllegalStateException.class);
    assertThat(AccessControl.open().identities()).isEmpty();
  }

  @Test
  void refusesASchemeThatHasAColon() {
    assertThatThrownBy(() -> new Identity("di:gest", "user"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("di:gest");
  }

  @Test
  void mergesTheRightsOfRolesThatShareAnIdentity() {
    Identity all = new Identity("digest", "all");
    AccessControl access = AccessControl.byRole(ImmutableMap.of(
        Role.CONTROLLER, all, Role.ADMIN, all, Role.PARTICIPANT, all, Role.SPECTATOR, all));

    assertThat(access.acl(PathClass.EPOCH))
        .containsExactly(new Acl("digest", "all", Acl.READ | Acl.WRITE | Acl.DELETE | Acl.ADMIN));
  }

  @Test
  void refusesToLeaveARoleOut() {
    assertThatThrownBy(() -> AccessControl.byRole(
            ImmutableMap.of(Role.CONTROLLER, new Identity("digest", "controller"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ADMIN");
  }

  @Test
  void isOpenWithoutIdentities() {
    AccessControl access = AccessControl.open();

    assertThat(access.isOpen()).isTrue();
    assertThat(access.acl(PATHS, "/orders/epoch")).isEmpty();
  }

  @Test
  void warnsOnceThatItIsOpen() {
    List<String> log = new ArrayList<>();
    AccessControl.OpenWarning warning = new AccessControl.OpenWarning(log::add);

    warning.tell();
    warning.tell();

    assertThat(log).hasSize(1);
  }
}
