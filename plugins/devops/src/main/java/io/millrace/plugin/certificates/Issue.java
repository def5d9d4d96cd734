// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.certificates;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/// Issues a certificate (RFC 5280): signed by an authority that is given, or by itself; with a new
/// key, or for a request whose key stays where it is.
@Plugin(type = "io.millrace.plugin.certificates.Issue", title = "Issue a certificate")
public final class Issue implements TaskPlugin<Issue.Properties, Issue.Outputs> {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SERIAL_BITS = 120;

    /// Kinds of keys.
    public enum KeyType {
        EC,
        RSA
    }

    /// Properties.
    public record Properties(
            @Title("Name that it is for") @Nullable String commonName,
            @Title("Organization") @Nullable String organization,
            @Title("DNS names and addresses that it is for; the common name if absent")
                    @Nullable List<String> names,
            @Title("How long it counts") @Default("P90D") Duration validity,
            @Title("EC (P-256) or RSA (3072 bits)") @Default("EC") KeyType keyType,
            @Title("The authority's certificate in PEM; it signs itself if absent")
                    @Nullable String caCertificate,
            @Title("The authority's key in PEM") @Nullable String caPrivateKey,
            @Title("A request (CSR) in PEM, in place of a new key") @Nullable String csr,
            @Title("Whether it may sign others") @Default("false") Boolean authority) {}

    public record Outputs(
            @Title("The certificate in PEM") String certificate,
            @Title("The certificate with the authority's in PEM") String chain,
            @Title("Its key in PEM, encrypted as an output; none for a request")
                    @Nullable String privateKey,
            @Title("Its number, in hexadecimal") String serialNumber,
            @Title("Until when it counts") Instant notAfter) {}

    private record Signer(X500Name name, @Nullable X509Certificate certificate, PrivateKey key) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        try {
            return issue(properties, context);
        } catch (GeneralSecurityException | OperatorCreationException | PKCSException e) {
            throw new TaskFailedException("The certificate can't be issued: " + e.getMessage(), e);
        }
    }

    private static Outputs issue(Properties properties, TaskContext context)
            throws IOException,
                    GeneralSecurityException,
                    OperatorCreationException,
                    PKCSException,
                    TaskFailedException {
        var request = properties.csr() == null ? null : request(properties.csr());
        KeyPair own = request == null ? newKey(properties.keyType()) : null;
        PublicKey key = request == null ? own(own).getPublic() : request.getPublicKey();
        var subject = subject(properties, request);
        var signer = signer(properties, subject, own);
        var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        var end = now.plus(properties.validity());
        if (signer.certificate() != null
                && end.isAfter(signer.certificate().getNotAfter().toInstant())) {
            throw new TaskFailedException(
                    "Expected it to end before the authority's certificate does, %s"
                            .formatted(signer.certificate().getNotAfter().toInstant()));
        }
        var serial = new BigInteger(SERIAL_BITS, RANDOM).setBit(0);
        @SuppressWarnings("JavaUtilDate") // the library's
        var builder =
                new JcaX509v3CertificateBuilder(
                        signer.name(),
                        serial,
                        Date.from(now.minus(Duration.ofMinutes(5))), // clocks differ
                        Date.from(end),
                        subject,
                        key);
        var extensions = new JcaX509ExtensionUtils();
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key));
        if (signer.certificate() != null) {
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    extensions.createAuthorityKeyIdentifier(signer.certificate()));
        }
        builder.addExtension(
                Extension.basicConstraints, true, new BasicConstraints(properties.authority()));
        if (properties.authority()) {
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        } else {
            int usage =
                    "RSA".equals(key.getAlgorithm())
                            ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                            : KeyUsage.digitalSignature;
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(
                            new KeyPurposeId[] {
                                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                            }));
        }
        var names = names(properties);
        if (!names.isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(names.toArray(GeneralName[]::new)));
        }
        var algorithm =
                switch (signer.key().getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    case String other -> other;
                };
        var made =
                new JcaX509CertificateConverter()
                        .getCertificate(
                                builder.build(
                                        new JcaContentSignerBuilder(algorithm)
                                                .build(signer.key())));
        var certificate = pem(made);
        var privateKey =
                own == null ? null : pem(new JcaPKCS8Generator(own.getPrivate(), null).generate());
        if (privateKey != null) {
            context.conceal(privateKey);
        }
        context.log().info("%s is issued until %s".formatted(subject, end));
        return new Outputs(
                certificate,
                signer.certificate() == null
                        ? certificate
                        : certificate + pem(signer.certificate()),
                privateKey,
                serial.toString(16),
                end);
    }

    private static KeyPair own(@Nullable KeyPair pair) {
        if (pair == null) {
            throw new IllegalStateException("There is no new key");
        }
        return pair;
    }

    private static KeyPair newKey(KeyType type) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance(type.name());
        switch (type) {
            case EC -> generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            case RSA -> generator.initialize(3072, RANDOM);
        }
        return generator.generateKeyPair();
    }

    private static JcaPKCS10CertificationRequest request(String text)
            throws IOException,
                    GeneralSecurityException,
                    OperatorCreationException,
                    PKCSException,
                    TaskFailedException {
        try (var parser = new PEMParser(new StringReader(text.strip()))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest parsed)) {
                throw new TaskFailedException("Expected a request in PEM in `csr`");
            }
            var request = new JcaPKCS10CertificationRequest(parsed);
            var verifier = new JcaContentVerifierProviderBuilder().build(request.getPublicKey());
            if (!request.isSignatureValid(verifier)) {
                throw new TaskFailedException("The request isn't signed by its own key");
            }
            return request;
        }
    }

    private static X500Name subject(
            Properties properties, @Nullable JcaPKCS10CertificationRequest request)
            throws TaskFailedException {
        if (properties.commonName() == null) {
            if (request == null) {
                throw new TaskFailedException("Expected `commonName`, or `csr`");
            }
            return request.getSubject();
        }
        var name = new X500NameBuilder();
        if (properties.organization() != null) {
            name.addRDN(BCStyle.O, properties.organization());
        }
        return name.addRDN(BCStyle.CN, properties.commonName()).build();
    }

    private static Signer signer(Properties properties, X500Name subject, @Nullable KeyPair own)
            throws IOException, GeneralSecurityException, TaskFailedException {
        if (properties.caCertificate() == null || properties.caPrivateKey() == null) {
            if (own == null
                    || properties.caCertificate() != null
                    || properties.caPrivateKey() != null) {
                throw new TaskFailedException("Expected caCertificate and caPrivateKey");
            }
            return new Signer(subject, null, own.getPrivate());
        }
        var read =
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(
                                        properties
                                                .caCertificate()
                                                .strip()
                                                .getBytes(StandardCharsets.US_ASCII)));
        if (!(read instanceof X509Certificate authority)) {
            throw new TaskFailedException("Expected a certificate in PEM in `caCertificate`");
        }
        if (authority.getBasicConstraints() < 0) {
            throw new TaskFailedException("Expected the certificate of an authority");
        }
        return new Signer(
                X500Name.getInstance(authority.getSubjectX500Principal().getEncoded()),
                authority,
                key(properties.caPrivateKey()));
    }

    private static PrivateKey key(String text) throws IOException, TaskFailedException {
        try (var parser = new PEMParser(new StringReader(text.strip()))) {
            var converter = new JcaPEMKeyConverter();
            return switch (parser.readObject()) {
                case PEMKeyPair pair -> converter.getKeyPair(pair).getPrivate();
                case PrivateKeyInfo key -> converter.getPrivateKey(key);
                case null, default ->
                        throw new TaskFailedException(
                                "Expected a key in PEM, without a passphrase, in `caPrivateKey`");
            };
        }
    }

    private static List<GeneralName> names(Properties properties) {
        var given =
                properties.names() != null
                        ? properties.names()
                        : properties.commonName() == null || properties.authority()
                                ? List.<String>of()
                                : List.of(properties.commonName());
        var names = new ArrayList<GeneralName>();
        for (var name : given) {
            boolean address = name.matches("[0-9.]+") || name.contains(":");
            names.add(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name));
        }
        return names;
    }

    private static String pem(Object object) throws IOException {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }
}
